"""`baoxue-audit history | asof | who | what | between`: questions over the whole record."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.history.mapper import UnknownTopicError
from baoxue_shared.replay.asof import changes, different, learn_services, things_as_of
from baoxue_shared.replay.finding import Found, about, event, find, naming, where, whole
from baoxue_shared.replay.options import FAULT, UNREACHABLE, USAGE, At, By, Stores, fail, instant
from baoxue_shared.replay.reading import replay
from baoxue_shared.replay.telling import changed, field, line
from baoxue_shared.shown import Format, show

record = typer.Typer()
From = Annotated[datetime | None, typer.Option("--from", help="after this instant")]
To = Annotated[datetime | None, typer.Option("--to", help="up to this instant")]
Told = list[dict[str, Any]]
T = TypeVar("T")


@record.command()
def history(id: UUID, at: At = None, by: By = "recorded", stores: Stores = None, form: Format = "table") -> None:
    """What was recorded about a case, a child or anything else, in all services. Exit 1 if there is nothing."""
    _tell(_entries(find(stores, naming(id)), None, instant(at), by), form, line)


@record.command()
def who(  # noqa: PLR0913, PLR0917 - the parameters of the question
    actor: Annotated[str, typer.Argument(help="an actor's id, as history shows it")],
    after: From = None,
    until: To = None,
    by: By = "recorded",
    stores: Stores = None,
    form: Format = "table",
) -> None:
    """What one actor did, in all services. Exit 1 if nothing."""
    found = find(stores, where("actor = :actor", {"actor": actor}))
    _tell(_entries(found, instant(after), instant(until), by), form, line)


@record.command()
def between(  # noqa: PLR0913, PLR0917 - the parameters of the question
    after: datetime,
    until: datetime,
    of: Annotated[
        UUID | None, typer.Option(help="a child or thing: its fields at the one instant and at the other")
    ] = None,
    by: By = "recorded",
    stores: Stores = None,
    form: Format = "table",
) -> None:
    """What was recorded, or happened, after one instant and up to another. Exit 1 if nothing."""
    first, last = instant(after), instant(until)
    if first is not None and last is not None and first > last:
        raise fail("第一个时间应早于第二个 / the first instant must be the earlier one", USAGE)
    if of is None:
        _tell(_entries(find(stores, whole()), first, last, by), form, line)
    found = find(stores, about(of)) if of else []
    then = {(state["service"], state["id"]): state for state in _things(found, first, by)}
    now = _things(found, last, by)
    compared = [(state, different(then.get((state["service"], state["id"]), {}), state)) for state in now]
    told = [{"service": s["service"], "kind": s["kind"], "id": s["id"], "changed": d} for s, d in compared if d]
    _tell(told, form, changed)


@record.command()
def what(
    id: Annotated[str, typer.Argument(help="an event (cases:1:15), or a child or thing")],
    stores: Stores = None,
    form: Format = "table",
) -> None:
    """Who did what, and what each act changed. Exit 1 if there is nothing."""
    found = find(stores, event(id) if ":" in id else about(_uuid(id)))
    things: dict[tuple[str, UUID], Found] = {}
    for service, row in found:
        things.setdefault((service, row.originator_id), []).append((service, row))
    told: Told = []
    for (service, _), rows in things.items():
        told += [{"service": service, **one} for one in _folded(changes, [row for _, row in rows])]
    _tell([one for one in told if ":" not in id or _event_id(one) == id], form, changed)


@record.command()
def asof(id: UUID, at: At = None, by: By = "recorded", stores: Stores = None, form: Format = "table") -> None:
    """A case, plan, notice … or all things of a child, as they stood at an instant. Exit 1 if there was nothing."""
    _tell(_things(find(stores, about(id)), instant(at), by), form, field)


def _tell(told: Told, form: str, line_of: Callable[[dict[str, Any]], Iterator[dict[str, Any]]]) -> None:
    show(told if form == "json" else [line for one in told for line in line_of(one)], form)
    raise typer.Exit(0 if told else FAULT)


def _entries(found: Found, after: datetime | None, until: datetime | None, by: By) -> Told:
    entries: Told = []
    for service in SERVICES:
        rows = [row for name, row in found if name == service]
        entries += [{"service": service, **e} for e in replay(rows, after=after, at=until, by=by)]
    return sorted(entries, key=lambda e: (e["recorded_at"], e["service"], e["position"]))


def _event_id(entry: dict[str, Any]) -> str:
    return f"{entry['service']}:{entry['epoch']}:{entry['position']}"


def _things(found: Found, at: datetime | None, by: By) -> Told:
    return _folded(things_as_of, found, at, by)


def _folded(fold: Callable[..., T], *given: Any) -> T:  # noqa: ANN401 - what the fold takes
    """Exit 3 without the program of the service whose things they are."""
    services = learn_services()
    try:
        return fold(*given)
    except UnknownTopicError as error:
        words = f"折叠 {error} 需要该服务的程序；已安装 / needs the service's code; installed: {', '.join(services)}"
        raise fail(words, UNREACHABLE) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise fail(f"不是编号 / neither an id nor an event (<service>:<epoch>:<position>): {text}", USAGE) from None
