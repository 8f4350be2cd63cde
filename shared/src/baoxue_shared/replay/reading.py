"""Replay: who did what and when, from the rows alone; generic, with no service's code."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.unit import Row

By = Literal["recorded", "occurred"]
SEALED = "sealed"
_HEADER = {"originator_id", "originator_version", "timestamp", "originator_topic", "metadata", "class_version"}


def entry(row: Row) -> dict[str, Any]:
    """One event in the words of an audit. A sealed field shows as `sealed`; the ciphertext stays away."""
    state = msgspec.json.decode(row.state)
    metadata = state["metadata"]
    facts = {name: value for name, value in state.items() if name not in _HEADER}
    return {
        "position": row.position,
        "epoch": row.epoch,
        "id": str(row.originator_id),
        "version": row.originator_version,
        "event": row.topic,
        "recorded_at": row.recorded_at.isoformat(),
        "occurred_at": metadata["occurred_at"],
        "backdated_days": backdated_days(row.recorded_at, datetime.fromisoformat(metadata["occurred_at"])),
        "actor": metadata["actor"],
        "role": metadata["role"],
        "organisation": metadata["organisation"],
        "jurisdiction": metadata["jurisdiction"],
        "clause": metadata.get("clause"),
        "request_id": metadata["request_id"],
        "causation_id": metadata.get("causation_id"),
        "facts": {name: _shown(value) for name, value in facts.items()},
    }


def backdated_days(recorded_at: datetime, occurred_at: datetime) -> int:
    """Calendar days, Asia/Shanghai, between happening and recording; 0 for what was entered on the day."""
    return max(0, (_day(recorded_at) - _day(occurred_at)).days)


def _day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def _shown(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return SEALED if {"box", "commitment"} <= value.keys() else {n: _shown(one) for n, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def replay(
    rows: Iterable[Row], *, after: datetime | None = None, at: datetime | None = None, by: By = "recorded"
) -> list[dict[str, Any]]:
    """Entries known (`recorded`) or happened (`occurred`) after one instant and up to another, in order of position."""
    told = []
    for one in map(entry, rows):
        moment = datetime.fromisoformat(one[f"{by}_at"])
        if (after is None or moment > after) and (at is None or moment <= at):
            told.append(one)
    return told
