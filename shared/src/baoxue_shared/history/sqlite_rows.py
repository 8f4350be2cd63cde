"""Rows of the SQLite history, as stored and as read."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from baoxue_shared.history.unit import Row, SqlValue

BY_ORIGINATOR = """
select originator_id, originator_version, topic, state, position from {service}_events
where (originator_id, originator_version) > (?, ?) order by originator_id, originator_version limit ?
"""
_uuid = lru_cache(10_000)(UUID)  # an aggregate's rows come together


def values_of(position: int, epoch: int, r: Row) -> tuple[SqlValue, ...]:
    head = (position, epoch, str(r.originator_id), r.originator_version, r.topic, r.recorded_at.isoformat())
    return (*head, r.actor, r.jurisdiction, r.state)


def row_of(values: tuple[SqlValue, ...]) -> Row:
    identity, version, topic, recorded_at, actor, jurisdiction, state, position, epoch = values
    return Row(
        originator_id=_uuid(str(identity)),
        originator_version=int(version or 0),
        topic=str(topic),
        recorded_at=datetime.fromisoformat(str(recorded_at)),
        actor=str(actor),
        jurisdiction=str(jurisdiction),
        state=bytes(state) if isinstance(state, bytes) else str(state).encode(),
        position=int(position or 0),
        epoch=int(epoch or 0),
    )
