"""What a bundle says of itself: a page to read, the catalogue of duties, the events' schemas, the format."""

import json
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from html import escape
from importlib import resources
from typing import Any

from baoxue_shared.contracts.registry import contract_types
from baoxue_shared.evidence.bundle import Contents
from baoxue_shared.evidence.limits import limits
from baoxue_shared.history.mapper import UnknownTopicError, event_class
from baoxue_shared.history.shapes import shape, version_of
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.asof import learn_services
from baoxue_shared.replay.reading import entry
from baoxue_shared.replay.telling import line

_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>保学 证据包 / Baoxue evidence bundle</title>
<style>body{{font:14px/1.6 sans-serif;margin:2em}}table{{border-collapse:collapse}}
td,th{{border:1px solid #ccc;padding:2px 8px;text-align:left;vertical-align:top}}</style>
<h1>保学 证据包 / Baoxue evidence bundle</h1>
<p>范围 / selection: {selection}；制作 / made: {made_at}；{completeness}</p>
<p>核验 / verify: <code>baoxue-audit verify BUNDLE --trust POLICY</code>；格式 / format: <code>FORMAT.md</code></p>
<h2>日志 / logs</h2>{logs}<h2>事件 / events</h2>{events}<h2>证据不能证明的 / what evidence does not prove</h2>
<ol>{limits}</ol></html>
"""
_WHOLE = "附全部条目表，可证明没有遗漏 / with all headers: it can be proved that nothing is left out"
_HEADS = "附末版声明 / with head statements"
MOST = 5_000  # events on the page
_MORE = f"<p>只列最早的 {MOST} 件，全部见 / only the first {MOST}; all are in events.jsonl, events.parquet</p>"


def index_of(contents: Contents, rows: Iterable[tuple[str, Row]]) -> str:
    """HTML, Chinese first, by recorded time, `MOST` at most; sealed fields show as sealed."""
    told = nsmallest(MOST + 1, (dict(entry(row), service=service) for service, row in rows), key=_recorded_at)
    logs = [
        {
            "服务 / service": log.service,
            "纪元 / epoch": log.epoch,
            "条数 / size": log.size,
            "尚未见证 / beyond": log.beyond,
        }
        for log in contents.logs
    ]
    return _PAGE.format(
        selection=escape(f"{contents.selection.by} {contents.selection.value}"),
        made_at=escape(contents.made_at),
        completeness=_WHOLE if contents.complete else _HEADS,
        logs=_table(logs),
        events=_table([{"服务": one["service"], "序号": one["position"], **next(line(one))} for one in told[:MOST]])
        + (_MORE if told[MOST:] else ""),
        limits="".join(f"<li>{escape(zh)} / {escape(en)}</li>" for zh, en in limits()),
    )


def _recorded_at(told: dict[str, Any]) -> str:
    return str(told["recorded_at"])


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "<p>—</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row.values()) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def explaining(topics: set[str]) -> Iterator[tuple[str, str]]:
    """Names and texts: format, duties, schemas of the events' states (of installed services)."""
    yield "FORMAT.md", (resources.files("baoxue_shared.evidence") / "bundle.md").read_text("utf-8")
    for part in (resources.files("baoxue_shared.duties") / "data").iterdir():
        if part.name.endswith(".yaml"):
            yield f"duties/{part.name}", part.read_text("utf-8")
    yield "schemas.json", json.dumps(dict(_schemas(topics)), ensure_ascii=False, indent=1)
    contracts = {name: kind.model_json_schema() for name, kind in contract_types().items()}
    yield "contracts.json", json.dumps(contracts, ensure_ascii=False, indent=1)


def _schemas(topics: set[str]) -> Iterator[tuple[str, dict[str, object]]]:
    learn_services()
    for topic in sorted(topics):
        try:
            kind = event_class(topic)
        except UnknownTopicError:
            continue
        yield topic, {"version": version_of(kind), "fields": shape(kind)}
