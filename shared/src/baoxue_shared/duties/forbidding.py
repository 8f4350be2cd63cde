"""What a duty forbids: events that are judged, and commands that are refused before they are decided."""

from collections.abc import Iterator, Mapping
from functools import cache

from baoxue_shared.duties.kinds import contracts, data, planned
from baoxue_shared.duties.lined import Lined, read
from baoxue_shared.duties.model import Condition, Forbids, Guard
from baoxue_shared.duties.rules import Rules

FIELDS = frozenset({"command", "event", "when", "unless", "when_any", "tells", "law"})


@cache
def commands() -> Mapping[str, frozenset[str]]:
    """The commands that guards may name, with the fields that they can be asked about."""
    return {name: frozenset(row["fields"]) for name, row in read(data("commands.yaml")).items()}


def _rows(whole: Lined) -> Iterator[Lined]:
    given = whole.get("forbids", ())
    for row in given if isinstance(given, list) else [given] if given else []:
        if not isinstance(row, Lined) or not {"command", "event"} & set(row):
            raise whole.fail("forbids names a command, an event, or both", "forbids")
        row.only(FIELDS)
        yield row


def forbids_of(whole: Lined, rules: Rules) -> Forbids | None:
    """The event that must not be while any of its fields says yes. CatalogueError."""
    rows = [row for row in _rows(whole) if "event" in row]
    if not rows:
        return None
    if len(rows) > 1:
        raise rows[1].fail("forbids judges one event at most", "event")
    row = rows[0]
    spec = rules.spec(row["event"], row)
    for field in row.need("when_any"):
        rules.field(spec.kind, field, row)
        rules.wait(spec.kind, field)
    return Forbids(spec, tuple(row["when_any"]))


def guards_of(whole: Lined, rules: Rules) -> tuple[Guard, ...]:
    """The commands that are refused. CatalogueError for a command or a field that no service has."""
    return tuple(_guard(row, rules) for row in _rows(whole) if "command" in row)


def _guard(row: Lined, rules: Rules) -> Guard:
    name = str(row["command"])
    fields = commands().get(name)
    if fields is None:
        raise row.fail(f"unknown command {name!r}; there are {', '.join(commands())}", "command")
    for field in (*row.get("when", ()), *row.get("unless", ()), *row.get("when_any", ())):
        if field not in fields:
            raise row.fail(f"command {name} has no field {field!r}; there are {', '.join(sorted(fields))}")
    tells = row.get("tells")
    if tells is not None and tells not in {*contracts(), *planned()}:
        raise row.fail(f"unknown event type {tells!r}: neither a contract nor in planned.yaml", "tells")
    when, unless = (tuple(_conditions(rules, row.get(name, {}))) for name in ("when", "unless"))
    return Guard(name, when, unless, tuple(row.get("when_any", ())), tells, row.get("law", {}))


def _conditions(rules: Rules, given: Mapping[str, object]) -> Iterator[Condition]:
    for field, named in given.items():
        value = rules.setting(named)
        yield field, "in", tuple(value) if isinstance(value, list) else (value,)
