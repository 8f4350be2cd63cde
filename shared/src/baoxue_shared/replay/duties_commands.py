"""`baoxue-audit duties | whatif`: who should have and did not, by these rules or by others."""

from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import msgspec
import typer
import yaml

from baoxue_shared.duties import Catalogue, CatalogueError, Cut, Engine, Fact, load_catalogue
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

States = dict[tuple[str, str], dict[str, Any]]
ledger = typer.Typer()
Nats = Annotated[str, typer.Option(envvar="BAOXUE_NATS", help="address of the broker whose streams are read")]


@ledger.command()
def duties(  # noqa: PLR0913 - the parameters of the question
    county: str = "",
    at: At = None,
    by: By = "recorded",
    state: str = "",
    *,
    from_scratch: bool = False,
    oversight: Oversight = "",
    nats_url: Nats = "",
    token: Token = None,
    form: Format = "table",
) -> None:
    """Who should have and did not. --from-scratch reckons anew from the streams; exit 1 where oversight differs."""
    told = _asked(oversight or embedded(8404, "http"), token, county=county, at=instant(at), by=by)
    rows = [row for row in told["rows"] if state in {"", row["state"]}]
    show(rows if form == "json" else [_duty(row) for row in rows], form)
    if from_scratch:
        cut = Cut(datetime.fromisoformat(told["at"]), by)
        own = reckoned(load_catalogue(), streamed(nats_url or embedded(8422, "nats")), cut, county)
        _compare(own, {(row["duty_id"], row["key"]): row for row in told["rows"]})


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


def reckoned(catalogue: Catalogue, facts: list[Fact], cut: Cut, county: str = "") -> States:
    """Duty and key → its state as JSON, by an engine of one's own."""
    engine = Engine(catalogue)
    for fact in facts:
        engine.feed(fact)
    states = [msgspec.json.decode(msgspec.json.encode(s)) for s in engine.states(cut) if s.area.startswith(county)]
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
    changes: Annotated[list[str], typer.Option("--set", help="<setting>=<value>, as the catalogue names it")],
    county: str = "",
    at: At = None,
    by: By = "recorded",
    *,
    all: Annotated[bool, typer.Option("--all", help="also the duties that stay as they are")] = False,
    nats_url: Nats = "",
    stores: Stores = None,
    form: Format = "table",
) -> None:
    """The duties by other settings, beside the real answer; nothing is recorded. Exit 1 if nothing would change.

    Reckoned from the databases, or, where --nats-url is given, from the streams.
    """
    real, other = _catalogues(changes)
    facts = streamed(nats_url) if nats_url else recorded(stores)
    cut = Cut(instant(at) or datetime.now(UTC), by)
    before, after = (reckoned(catalogue, facts, cut, county) for catalogue in (real, other))
    keys = sorted(k for k in before.keys() | after.keys() if all or before.get(k) != after.get(k))
    rows = [{"duty_id": k[0], "key": k[1], "real": before.get(k), "whatif": after.get(k)} for k in keys]
    show(rows if form == "json" else [_beside(row) for row in rows], form)
    typer.echo(f"假设 {', '.join(changes)}：{len(keys)} 项，未作任何记录 / supposed; nothing was recorded", err=True)
    raise typer.Exit(0 if any(row["real"] != row["whatif"] for row in rows) else FAULT)


def _catalogues(changes: list[str]) -> tuple[Catalogue, Catalogue]:
    """The real one and the supposed one. Exit 2 for a setting that no duty has, or a value that fits none."""
    real = load_catalogue()
    known = sorted({name for duty in real for name in duty.settings})
    settings = {name: value for name, _, value in (change.partition("=") for change in changes)}
    for name in settings.keys() - set(known):
        raise fail(f"没有设置 {name}；有 / there is no such setting; there are: {', '.join(known)}", USAGE)
    try:
        return real, load_catalogue(settings={name: yaml.safe_load(value) for name, value in settings.items()})
    except (CatalogueError, ValueError, yaml.YAMLError) as error:
        raise fail(f"设置的值不合适 / the value does not fit: {error}", USAGE) from None


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
