"""Who lost: which units of a refused batch conflict with what is recorded, and what a lost connection left behind."""

from collections.abc import Mapping
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from baoxue_shared.history.unit import (
    PositionConflictError,
    Request,
    RequestRepeatedError,
    Unit,
    VersionConflictError,
)

Connection = AsyncConnection[TupleRow]
Version = tuple[UUID, int]


async def _requests(connection: Connection, service: str, units: Mapping[int, Unit]) -> dict[str, Request]:
    ids = [request.request_id for unit in units.values() for request in unit.requests]
    cursor = await connection.execute(
        f"select request_id, digest, originator_id, originator_version, answer from {service}_requests"
        " where request_id = any(%s)".encode(),
        (ids,),
    )
    return {row[0]: Request(*row) for row in await cursor.fetchall()}


async def _versions(
    connection: Connection, service: str, units: Mapping[int, Unit]
) -> dict[Version, tuple[int, bytes]]:
    rows = [row for unit in units.values() for row in unit.rows]
    cursor = await connection.execute(
        f"select originator_id, originator_version, position, state from {service}_events"
        " join unnest(%s::uuid[], %s::int[]) as given (id, version)"
        " on originator_id = id and originator_version = version".encode(),
        ([row.originator_id for row in rows], [row.originator_version for row in rows]),
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in await cursor.fetchall()}


async def _reached(connection: Connection, service: str) -> dict[tuple[str, str], tuple[int, int]]:
    cursor = await connection.execute(f"select reader, publisher, epoch, position from {service}_positions".encode())
    return {(row[0], row[1]): (row[2], row[3]) for row in await cursor.fetchall()}


async def losers(connection: Connection, service: str, units: Mapping[int, Unit]) -> dict[int, Exception]:
    """In order: of two units in one batch that want the same, the earlier one wins."""
    requests = await _requests(connection, service, units)
    versions = set(await _versions(connection, service, units))
    reached = await _reached(connection, service)
    lost: dict[int, Exception] = {}
    for n, unit in units.items():
        repeated = next((requests[r.request_id] for r in unit.requests if r.request_id in requests), None)
        own = {(row.originator_id, row.originator_version) for row in unit.rows}
        if repeated:
            lost[n] = RequestRepeatedError(repeated)
        elif own & versions or len(own) < len(unit.rows):
            lost[n] = VersionConflictError(str(sorted(map(str, own & versions))))
        elif any((p.epoch, p.position) <= reached.get((p.reader, p.publisher), (-1, -1)) for p in unit.positions):
            lost[n] = PositionConflictError(str(unit.positions[0]))
        else:
            versions |= own
            requests |= {request.request_id: request for request in unit.requests}
            reached |= {(p.reader, p.publisher): (p.epoch, p.position) for p in unit.positions}
    return lost


async def committed(connection: Connection, service: str, units: Mapping[int, Unit]) -> dict[int, tuple[int, ...]]:
    """Positions of the units that are on record just as they were sent (each state carries its own salt).

    The lock makes a commit that is still under way end first.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"{service}.append",))
        await connection.execute("select 1")
        requests = await _requests(connection, service, units)
        versions = await _versions(connection, service, units)
        reached = await _reached(connection, service)
    found: dict[int, tuple[int, ...]] = {}
    for n, unit in units.items():
        held = [versions.get((row.originator_id, row.originator_version)) for row in unit.rows]
        same = all(h is not None and h[1] == row.state for h, row in zip(held, unit.rows, strict=True))
        known = all(requests.get(request.request_id) == request for request in unit.requests)
        there = all(reached.get((p.reader, p.publisher)) == (p.epoch, p.position) for p in unit.positions)
        if same and known and there and (unit.rows or unit.requests or unit.positions):
            found[n] = tuple(h[0] for h in held if h is not None)
    return found
