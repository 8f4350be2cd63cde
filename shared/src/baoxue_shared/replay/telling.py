"""Lines of the auditor's tables."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from baoxue_shared.clock import SHANGHAI

Line = dict[str, Any]


def line(e: Line) -> Iterator[Line]:
    """Of one entry of a history."""
    facts = "，".join(f"{name}={value}" for name, value in e["facts"].items() if not name.endswith("_id"))
    acted = {"谁": e["actor"], "角色": e["role"], "条款": e["clause"] or "—"}
    yield {**_times(e), "事件": e["event"], **acted, "内容": facts}


def changed(e: Line) -> Iterator[Line]:
    """One for each field that an act, or the time between two instants, changed; or one that says there is none."""
    head = {**_times(e), "事件": e["event"], "谁": e["actor"]} if "event" in e else {"事项": e["kind"], "编号": e["id"]}
    for name, (before, after) in e["changed"].items() or {"—": (None, None)}.items():
        yield {**head, "名称": name, "之前": before, "之后": after}


def field(state: Line) -> Iterator[Line]:
    """Of a thing's state, one for each field; acts that were entered late stand last."""
    head = {"事项": state["kind"]}
    for name, value in state.items():
        if name not in {"kind", "backdated"}:
            yield {**head, "名称": name, "值": value}
    for late in state["backdated"]:
        then = "" if late["known_then"] else "，当时尚未入档 / not yet on record"
        days = f"{_when(late['occurred_at'])} 发生，{late['days']} 天后补录{then}"
        yield {**head, "名称": f"补录 {late['event']}", "值": days}


def _times(e: Line) -> Line:
    late = e["backdated_days"]
    return {
        "记录时间": _when(e["recorded_at"]),
        "发生时间": _when(e["occurred_at"]),
        "补录": f"{late} 天" if late else "",
    }


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
