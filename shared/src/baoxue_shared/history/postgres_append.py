"""One call of the database's `append`: all that one commit holds, in aligned arrays."""

from collections.abc import Sequence

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from baoxue_shared.history.postgres_arrays import BigInts, Blobs, Column, Ids, Ints, Texts
from baoxue_shared.history.unit import Unit


def _arguments(units: Sequence[Unit]) -> tuple[Column, ...]:
    """In the order of its parameters."""
    rows = [row for unit in units for row in unit.rows]
    requests = [request for unit in units for request in unit.requests]
    positions = [position for unit in units for position in unit.positions]
    return (
        Ints.of([r.epoch for r in rows]),
        Ids.of([r.originator_id for r in rows]),
        Ints.of([r.originator_version for r in rows]),
        Texts.of([r.topic for r in rows]),
        Texts.of([r.recorded_at.isoformat() for r in rows]),
        Texts.of([r.actor for r in rows]),
        Texts.of([r.jurisdiction for r in rows]),
        Blobs.of([r.state for r in rows]),
        Texts.of([q.request_id for q in requests]),
        Texts.of([q.digest for q in requests]),
        Ids.of([q.originator_id for q in requests]),
        Ints.of([q.originator_version for q in requests]),
        Texts.of([q.answer for q in requests]),
        Texts.of([p.reader for p in positions]),
        Texts.of([p.publisher for p in positions]),
        Ints.of([p.epoch for p in positions]),
        BigInts.of([p.position for p in positions]),
        BigInts.of([p.stream_sequence for p in positions]),
    )


_ROWS = ["int", "uuid", "int", "text", "text", "text", "text", "bytea"]
_REQUESTS = ["text", "text", "uuid", "int", "text"]
_POSITIONS = ["text", "text", "int", "bigint", "bigint"]
_CALL = f"append({', '.join(f'%b::{kind}[]' for kind in _ROWS + _REQUESTS + _POSITIONS)})"


async def append_all(connection: AsyncConnection[TupleRow], units: Sequence[Unit]) -> int:
    """The last position before them."""
    found = await (await connection.execute(f"select {_CALL}".encode(), _arguments(units))).fetchone()
    return int(found[0]) if found else 0
