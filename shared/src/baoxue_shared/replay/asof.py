"""An aggregate as it stood at an instant, recorded or happened by then; folded by its service's code."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.reading import By
from baoxue_shared.sealed import Sealed

GROUP = "baoxue.services"
HIDDEN = frozenset({"pending_events"})


def learn_services() -> list[str]:
    """Register the events of every installed service; their names."""
    found = entry_points(group=GROUP)
    for point in found:
        point.load()
    return sorted(point.name for point in found)


def as_of(rows: Iterable[Row], at: datetime | None, by: By = "recorded") -> dict[str, Any] | None:
    """The aggregate's state by name; None if there was nothing yet. UnknownTopicError without the service's code.

    By occurred time, an act that was entered late counts from when it happened.
    """
    mapper, aggregate, version = Mapper(), None, 0
    for row in rows:
        event = mapper.to_event(row)
        instant = row.recorded_at if by == "recorded" else event.metadata.occurred_at
        if at is not None and instant > at:
            continue
        version += 1
        object.__setattr__(event, "originator_version", version)  # acts that are left out leave no hole
        aggregate = event.mutate(aggregate)
    if aggregate is None:
        return None
    facts = {name.lstrip("_"): value for name, value in vars(aggregate).items() if name.lstrip("_") not in HIDDEN}
    return {
        "id": str(aggregate.id),
        "version": version,
        **{n: _shown(v) for n, v in facts.items() if n not in {"id", "version"}},
    }


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
