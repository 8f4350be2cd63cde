"""`baoxue-audit`: the auditor's program."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import msgspec
import nats.errors
import typer

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.duties import Cut
from baoxue_shared.history.mapper import UnknownTopicError
from baoxue_shared.history.opening import NotMigratedError, open_store
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.asof import as_of, learn_services
from baoxue_shared.replay.reading import replay
from baoxue_shared.replay.streams import duties_from_scratch
from baoxue_shared.shown import Format, show

main = typer.Typer(no_args_is_help=True, add_completion=False, help="回放与核查 / replay and verify")
FAULT, USAGE, UNREACHABLE = 1, 2, 3
VAR = Path("var")
By = Annotated[Literal["recorded", "occurred"], typer.Option(help="what was known by then, or what had happened")]
At = Annotated[datetime | None, typer.Option(help="an instant; without a zone: Asia/Shanghai")]
Stores = Annotated[
    list[str] | None,
    typer.Option("--store", help="<service>=<address>, as in the service's setting; default: var/<service>.sqlite3"),
]


def _fail(words: str, status: int) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(status)


def _instant(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=SHANGHAI) if at is not None and at.tzinfo is None else at


def _addresses(stores: Sequence[str] | None) -> dict[str, str]:
    if stores:
        return dict(store.split("=", 1) for store in stores if "=" in store)
    found = {service: VAR / f"{service}.sqlite3" for service in SERVICES}
    return {service: f"sqlite:///{path.resolve()}" for service, path in found.items() if path.exists()}


async def _concerned(addresses: dict[str, str], wanted: UUID) -> list[tuple[str, Row]]:
    """Rows under an id, or that name it."""
    found: list[tuple[str, Row]] = []
    for service, address in addresses.items():
        store = open_store(address, service)
        needle = str(wanted)
        found += [
            (service, row) async for row in store.stream() if needle in f"{row.originator_id} {row.state.decode()}"
        ]
        await store.close()
    return found


def _read(stores: Sequence[str] | None, wanted: UUID) -> list[tuple[str, Row]]:
    addresses = _addresses(stores)
    if not addresses:
        raise _fail("没有找到数据库；请用 --store 指明 / no database found: name one by --store", UNREACHABLE)
    try:
        return asyncio.run(_concerned(addresses, wanted))
    except NotMigratedError as error:
        raise _fail(f"数据库中没有 {error} 的表 / the store has no tables of {error}", UNREACHABLE) from None


@main.command()
def history(id: UUID, at: At = None, by: By = "recorded", stores: Stores = None, form: Format = "table") -> None:
    """What was recorded about a case, a child or anything else, in all services. Exit 1 if there is nothing."""
    found = _read(stores, id)
    entries: list[dict[str, Any]] = []
    for service in SERVICES:
        rows = [row for name, row in found if name == service]
        entries += [{"service": service, **e} for e in replay(rows, at=_instant(at), by=by)]
    entries.sort(key=lambda e: (e["recorded_at"], e["service"], e["position"]))
    show(entries if form == "json" else [_line(e) for e in entries], form)
    raise typer.Exit(0 if entries else FAULT)


def _line(e: dict[str, Any]) -> dict[str, Any]:
    facts = "，".join(f"{name}={value}" for name, value in e["facts"].items() if not name.endswith("_id"))
    times = {"记录时间": _when(e["recorded_at"]), "发生时间": _when(e["occurred_at"])}
    return {**times, "事件": e["event"], "谁": e["actor"], "角色": e["role"], "条款": e["clause"] or "—", "内容": facts}


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@main.command()
def asof(id: UUID, at: At = None, by: By = "recorded", stores: Stores = None, form: Format = "table") -> None:
    """A case, plan, notice … as it stood at an instant. Exit 1 if it did not exist then."""
    services = learn_services()
    rows = [row for _, row in _read(stores, id) if row.originator_id == id]
    try:
        state = as_of(rows, _instant(at), by)
    except UnknownTopicError as error:
        words = f"折叠 {error} 需要该服务的程序；已安装 / needs the service's code; installed: {', '.join(services)}"
        raise _fail(words, UNREACHABLE) from None
    if state is None:
        raise typer.Exit(FAULT)
    show([state] if form == "json" else [{"名称": name, "值": value} for name, value in state.items()], form)


@main.command()
def duties(  # noqa: PLR0913 - the parameters of the question
    county: str = "",
    at: At = None,
    by: By = "recorded",
    state: str = "",
    *,
    from_scratch: bool = False,
    oversight: Annotated[str, typer.Option(envvar="BAOXUE_OVERSIGHT", help="address of the oversight service")] = "",
    nats_url: Annotated[str, typer.Option(envvar="BAOXUE_NATS", help="for --from-scratch")] = "",
    token: Annotated[str | None, typer.Option(envvar="BAOXUE_TOKEN", help="else the embedded mode's auditor")] = None,
    form: Format = "table",
) -> None:
    """Who should have and did not. --from-scratch reckons anew from the streams; exit 1 where oversight differs."""
    instant = _instant(at)
    told = _asked(oversight or _embedded(8404, "http"), token, county=county, at=instant, by=by)
    rows = [row for row in told["rows"] if state in {"", row["state"]}]
    show(rows if form == "json" else [_duty(row) for row in rows], form)
    if from_scratch:
        cut = Cut(datetime.fromisoformat(told["at"]), by)
        _compare(told["rows"], nats_url or _embedded(8422, "nats"), cut, county)


def _embedded(usual: int, scheme: str) -> str:
    return f"{scheme}://127.0.0.1:{int(os.environ.get('BAOXUE_PORT_BASE', '8400')) + usual - 8400}"


def _asked(oversight: str, token: str | None, **query: Any) -> dict[str, Any]:  # noqa: ANN401
    try:
        if token is None:
            issued = httpx.get(f"{_embedded(8410, 'http')}/token", params={"role": "auditor"}, trust_env=False)
            token = str(issued.raise_for_status().json()["access_token"])
        params = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in query.items() if v is not None}
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{oversight}/duties", params=params, headers=headers, trust_env=False, timeout=60)
    except httpx.HTTPError as error:
        raise _fail(f"督导服务无法连接 / oversight is not reachable: {oversight} ({error})", UNREACHABLE) from None
    if not answer.is_success:
        raise _fail(str(answer.json().get("detail") or answer.json().get("title")), FAULT)
    told: dict[str, Any] = answer.json()
    return told


def _duty(row: dict[str, Any]) -> dict[str, Any]:
    progress = f"{row['done']}/{row['total']}"
    missing = "；".join(row["missing"][:3])
    return {
        "职责": row["duty_id"],
        "承担者": row["bearer"],
        "事项": row["key"],
        "状态": row["state"],
        "期限": row["due_on"] or "—",
        "进度": progress,
        "缺": missing,
    }


def _compare(told: list[dict[str, Any]], nats_url: str, cut: Cut, county: str) -> None:
    try:
        own = asyncio.run(duties_from_scratch(nats_url, cut))
    except (OSError, nats.errors.Error) as error:
        raise _fail(f"NATS 无法连接 / not reachable: {nats_url} ({type(error).__name__})", UNREACHABLE) from None
    reckoned = [msgspec.json.decode(msgspec.json.encode(s)) for s in own if s.area.startswith(county)]
    mine = {(r["duty_id"], r["key"]): r for r in reckoned}
    theirs = {(r["duty_id"], r["key"]): r for r in told}
    different = sorted(k for k in mine.keys() | theirs.keys() if mine.get(k) != theirs.get(k))
    for duty_id, key in different[:20]:
        typer.echo(f"不一致 / differs: {duty_id} {key}", err=True)
    if different:
        typer.echo(f"{len(different)} 项不一致 / {len(different)} differ", err=True)
        raise typer.Exit(FAULT)
    typer.echo(f"从头重算 {len(mine)} 项，与督导服务一致 / reckoned from scratch, {len(mine)} duties agree", err=True)
