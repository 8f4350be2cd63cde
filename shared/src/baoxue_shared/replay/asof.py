"""An aggregate as it stood at an instant, recorded or happened by then; folded by its service's code."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.reading import By, backdated_days, entry
from baoxue_shared.sealed import Sealed

GROUP = "baoxue.services"
HIDDEN = frozenset({"pending_events", "id", "version"})


def learn_services() -> list[str]:
    """Register the events of every installed service; their names."""
    found = entry_points(group=GROUP)
    for point in found:
        point.load()
    return sorted(point.name for point in found)


def as_of(rows: Iterable[Row], at: datetime | None, by: By = "recorded") -> dict[str, Any] | None:
    """The aggregate's state by name; None if there was nothing yet. UnknownTopicError without the service's code.

    By occurred time, an act that was entered late counts from when it happened; `backdated` lists the acts that were
    entered on a later day than they happened, `known_then` whether they were on record at the instant.
    """
    mapper, aggregate, version = Mapper(), None, 0
    late: list[dict[str, Any]] = []
    for row in rows:
        event = mapper.to_event(row)
        occurred_at = event.metadata.occurred_at
        if at is not None and (row.recorded_at if by == "recorded" else occurred_at) > at:
            continue
        version += 1
        if days := backdated_days(row.recorded_at, occurred_at):
            known = at is None or row.recorded_at <= at
            times = {"recorded_at": row.recorded_at.isoformat(), "occurred_at": occurred_at.isoformat()}
            late.append(
                {"event": row.topic, "version": row.originator_version, **times, "days": days} | {"known_then": known}
            )
        object.__setattr__(event, "originator_version", version)  # acts that are left out leave no hole
        aggregate = event.mutate(aggregate)
    if aggregate is None:
        return None
    return {
        "kind": type(aggregate).TOPIC,
        "id": str(aggregate.id),
        "version": version,
        **_facts(aggregate),
        "backdated": late,
    }


def things_as_of(found: Iterable[tuple[str, Row]], at: datetime | None, by: By = "recorded") -> list[dict[str, Any]]:
    """Each thing among rows of several services, in order of appearance, as it stood; as `as_of`."""
    things: dict[tuple[str, UUID], list[Row]] = {}
    for service, row in found:
        things.setdefault((service, row.originator_id), []).append(row)
    states = ((service, as_of(rows, at, by)) for (service, _), rows in things.items())
    return [{"service": service, **state} for service, state in states if state is not None]


def changes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """What each act of one aggregate's history changed in it: entries with `changed`, name → before and after."""
    mapper, aggregate = Mapper(), None
    before: dict[str, Any] = {}
    told = []
    for row in rows:
        aggregate = mapper.to_event(row).mutate(aggregate)
        after = _facts(aggregate)
        told.append({**entry(row), "changed": different(before, after)})
        before = after
    return told


def different(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Name → the two values, where they differ; absent is None."""
    return {n: [before.get(n), after.get(n)] for n in {**before, **after} if before.get(n) != after.get(n)}


def _facts(aggregate: Any) -> dict[str, Any]:  # noqa: ANN401 - any aggregate
    facts = {name.lstrip("_"): value for name, value in vars(aggregate).items()}
    return {name: _shown(value) for name, value in facts.items() if name not in HIDDEN}


def _shown(value: Any) -> Any:  # noqa: ANN401, PLR0911 - any attribute, a line for each kind
    """As JSON; a sealed field shows as `sealed`."""
    if isinstance(value, Sealed):
        return "sealed"
    if isinstance(value, Mapping):
        return {str(key): _shown(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    if isinstance(value, UUID | datetime) or hasattr(value, "isoformat"):
        return str(value)
    if hasattr(value, "__struct_fields__"):
        return {name: _shown(getattr(value, name)) for name in value.__struct_fields__}
    return value
