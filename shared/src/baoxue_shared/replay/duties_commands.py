"""`baoxue-audit duties | whatif`: who should have and did not, by these rules or by others."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import typer
import yaml

from baoxue_shared.duties import Catalogue, CatalogueError, Cut, Engine, Fact, load_catalogue
from baoxue_shared.duties.asking import Wanted, without_state
from baoxue_shared.duties.pages import explained, page
from baoxue_shared.duties.scratch import collector_at_rest
from baoxue_shared.duties.whatif import Beside, what_if
from baoxue_shared.replay.facts import recorded, streamed
from baoxue_shared.replay.options import (
    FAULT,
    UNREACHABLE,
    USAGE,
    At,
    By,
    Oversight,
    Stores,
    Token,
    embedded,
    fail,
    headers,
    instant,
)
from baoxue_shared.shown import Format, show

PAGE = 5000
States = dict[tuple[str, str], dict[str, Any]]
ledger = typer.Typer()
Nats = Annotated[str, typer.Option(envvar="BAOXUE_NATS", help="address of the broker whose streams are read")]


@ledger.command()
def duties(  # noqa: PLR0913, PLR0917 - the parameters of the question
    county: Annotated[str, typer.Option("--county", "--area", help="a division code, or its beginning")] = "",
    at: At = None,
    by: By = "recorded",
    state: str = "",
    duty: Annotated[str, typer.Option(help="an id, or its beginning")] = "",
    clause: Annotated[str, typer.Option(help="2.1")] = "",
    body: Annotated[str, typer.Option(help="code or id of who bears it, or a kind of body")] = "",
    person: Annotated[str, typer.Option(help="responsible at the time")] = "",
    child: str = "",
    case: str = "",
    period: Annotated[str, typer.Option(help="2025, 2025-autumn, 2025-09")] = "",
    *,
    explain: Annotated[str, typer.Option(help="a duty's id: its page, in words; nothing is asked")] = "",
    from_scratch: bool = False,
    oversight: Oversight = "",
    nats_url: Nats = "",
    stores: Stores = None,
    token: Token = None,
    form: Format = "table",
) -> None:
    """Who should have and did not.

    --from-scratch reckons anew from the streams, or, where --store is given, from the databases; exit 1 where oversight
    differs.
    """
    if explain:
        _explain(explain)
        return
    wanted = Wanted(duty, clause, county, body, person, child, case, period, state)
    query = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value}
    told = _pages(oversight or embedded(8404, "http"), token, at=instant(at), by=by, **query)
    catalogue = load_catalogue()
    if form == "json":
        in_words = {duty.id: explained(duty) for duty in catalogue}
        show([{**row, **_in_words(in_words[row["duty_id"]])} for row in (*told["rows"], *told["without"])], form)
    else:
        show([_duty(row) for row in (*told["rows"], *told["without"])], form)
    if from_scratch:
        cut = Cut(datetime.fromisoformat(told["at"]), by)
        facts = recorded(stores) if stores else streamed(nats_url or embedded(8422, "nats"))
        own = reckoned(catalogue, facts, cut, wanted)
        _compare(own, {(row["duty_id"], row["key"]): row for row in told["rows"]})
        if without_state(catalogue, {duty_id for duty_id, _ in own}, wanted) != told["without"]:
            raise fail("没有状态的职责不一致 / the duties without a state differ", FAULT)


def _explain(duty_id: str) -> None:
    found = next((duty for duty in load_catalogue() if duty.id == duty_id), None)
    if found is None:
        raise fail(f"没有职责 {duty_id}；见 / no such duty; see: baoxue-audit duties --format json", USAGE)
    typer.echo(f"{page(found, 'zh')}\n{page(found, 'en')}")
    for waiting in found.waiting_for:
        typer.echo(f"等待事件 / waiting for events: {waiting}")


def _in_words(words: dict[str, Any]) -> dict[str, Any]:
    return {name: words[name] for name in ("title", "text", "rule", "settings")}


def _pages(oversight: str, token: str | None, **query: Any) -> dict[str, Any]:  # noqa: ANN401
    """All pages as one, each of the instant that the first one says."""
    whole = page = _asked(oversight, token, **query, limit=PAGE)
    while page["next"]:
        page = _asked(oversight, token, **query | {"at": whole["at"]}, limit=PAGE, after=page["next"])
        whole["rows"] += page["rows"]
    return whole


def _asked(oversight: str, token: str | None, **query: Any) -> dict[str, Any]:  # noqa: ANN401
    try:
        params = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in query.items() if v is not None}
        answer = httpx.get(f"{oversight}/duties", params=params, headers=headers(token), trust_env=False, timeout=60)
    except httpx.HTTPError as error:
        raise fail(f"督导服务无法连接 / oversight is not reachable: {oversight} ({error})", UNREACHABLE) from None
    if not answer.is_success:
        raise fail(str(answer.json().get("detail") or answer.json().get("title")), FAULT)
    told: dict[str, Any] = answer.json()
    return told


def _duty(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the table; a duty without a state says why."""
    return {
        "职责": row["duty_id"],
        "承担者": row.get("bearer", "—"),
        "责任人": "，".join(row.get("persons", ())) or "—",
        "事项": row.get("key", "—"),
        "状态": row["state"] or row["mark"],
        "期限": row.get("due_on") or "—",
        "进度": f"{row['done']}/{row['total']}" if row["state"] else "—",
        "缺": "；".join(row["missing"][:3] if row["state"] else row["waiting_for"]),
    }


def reckoned(catalogue: Catalogue, facts: Iterable[Fact], cut: Cut, wanted: Wanted) -> States:
    """Duty and key → its state as JSON, by an engine of one's own."""
    engine = Engine(catalogue)
    with collector_at_rest():
        for fact in facts:
            engine.feed(fact)
        found = [state for state in engine.states(cut) if wanted.wants(state)]
    states = msgspec.json.decode(msgspec.json.encode(found))
    return {(row["duty_id"], row["key"]): row for row in states}


def _compare(mine: States, theirs: States) -> None:
    different = sorted(k for k in mine.keys() | theirs.keys() if mine.get(k) != theirs.get(k))
    for duty_id, key in different[:20]:
        typer.echo(f"不一致 / differs: {duty_id} {key}", err=True)
    if different:
        typer.echo(f"{len(different)} 项不一致 / {len(different)} differ", err=True)
        raise typer.Exit(FAULT)
    typer.echo(f"从头重算 {len(mine)} 项，与督导服务一致 / reckoned from scratch, {len(mine)} duties agree", err=True)


@ledger.command()
def whatif(  # noqa: PLR0913 - the parameters of the question
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="<setting>=<value>, as the catalogue names it")
    ] = None,
    catalogue: Annotated[Path | None, typer.Option(help="rules of one's own instead of the product's")] = None,
    county: str = "",
    at: At = None,
    by: By = "recorded",
    *,
    all: Annotated[bool, typer.Option("--all", help="also the duties that stay as they are")] = False,
    nats_url: Nats = "",
    stores: Stores = None,
    form: Format = "table",
) -> None:
    """The duties by other settings or rules, beside the real answer; nothing is recorded. Exit 1 if nothing changes.

    Reckoned from the databases, or, where --nats-url is given, from the streams.
    """
    real, other = _catalogues(changes or [], catalogue)
    facts = streamed(nats_url) if nats_url else recorded(stores)
    found = what_if(facts, Cut(instant(at) or datetime.now(UTC), by), real, other)
    here = [row for row in found.rows if row.area.startswith(county)]
    rows = [_supposed(row) for row in here if all or row.differs]
    show(rows if form == "json" else [_beside(row) for row in rows], form)
    supposed = ", ".join([*(changes or []), *([str(catalogue)] if catalogue else [])])
    typer.echo(f"假设 {supposed}：{len(rows)} 项，未作任何记录 / supposed; nothing was recorded", err=True)
    typer.echo(f"可能涉及的职责 / duties that it can touch: {', '.join(found.touched) or '—'}", err=True)
    raise typer.Exit(0 if any(row.differs for row in here) else FAULT)


def _catalogues(changes: list[str], file: Path | None) -> tuple[Catalogue, Catalogue]:
    """The real one and the supposed one. Exit 2 for a setting that no duty has, or rules that cannot be."""
    real = load_catalogue()
    known = sorted({name for duty in real for name in duty.settings})
    settings = {name: value for name, _, value in (change.partition("=") for change in changes)}
    if not settings and file is None:
        raise fail("请给出 --set 或 --catalogue / give --set or --catalogue", USAGE)
    for name in settings.keys() - set(known):
        raise fail(f"没有设置 {name}；有 / there is no such setting; there are: {', '.join(known)}", USAGE)
    try:
        given = {name: yaml.safe_load(value) for name, value in settings.items()}
        return real, load_catalogue(file.read_text("utf-8") if file else None, given)
    except (CatalogueError, ValueError, yaml.YAMLError, OSError) as error:
        raise fail(f"假设不合适 / what is supposed does not fit: {error}", USAGE) from None


def _supposed(row: Beside) -> dict[str, Any]:
    real, other = (msgspec.to_builtins(state) for state in (row.real, row.other))
    return {"duty_id": row.duty_id, "key": row.key, "real": real, "whatif": other}


def _beside(row: dict[str, Any]) -> dict[str, Any]:
    real, other = row["real"] or {}, row["whatif"] or {}
    return {
        "职责": row["duty_id"],
        "承担者": (real or other)["bearer"],
        "事项": row["key"],
        "实际状态": real.get("state", "—"),
        "假设状态": other.get("state", "—"),
        "实际期限": real.get("due_on") or "—",
        "假设期限": other.get("due_on") or "—",
    }
