"""Replay: who did what and when, from the rows alone; generic, with no service's code."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from baoxue_shared.history.unit import Row

By = Literal["recorded", "occurred"]
_HEADER = {"originator_id", "originator_version", "timestamp", "originator_topic", "metadata", "class_version"}


def entry(row: Row) -> dict[str, Any]:
    """One event in the words of an audit. A sealed field shows as `sealed`; the ciphertext stays away."""
    state = json.loads(row.state)
    metadata = state["metadata"]
    facts = {name: value for name, value in state.items() if name not in _HEADER}
    return {
        "position": row.position,
        "id": str(row.originator_id),
        "version": row.originator_version,
        "event": row.topic,
        "recorded_at": row.recorded_at.isoformat(),
        "occurred_at": metadata["occurred_at"],
        "actor": metadata["actor"],
        "role": metadata["role"],
        "organisation": metadata["organisation"],
        "jurisdiction": metadata["jurisdiction"],
        "clause": metadata.get("clause"),
        "request_id": metadata["request_id"],
        "causation_id": metadata.get("causation_id"),
        "facts": {name: _shown(value) for name, value in facts.items()},
    }


def _shown(value: Any) -> Any:  # noqa: ANN401 - JSON
    return "sealed" if isinstance(value, dict) and "box" in value and "commitment" in value else value


def replay(rows: Iterable[Row], *, at: datetime | None = None, by: By = "recorded") -> list[dict[str, Any]]:
    """Entries known (`recorded`) or happened (`occurred`) up to an instant, in order of position."""
    entries = [entry(row) for row in rows]
    if at is None:
        return entries
    return [e for e in entries if datetime.fromisoformat(e[f"{by}_at"]) <= at]
