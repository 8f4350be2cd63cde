"""Group commit on PostgreSQL: one task, one round trip for all that waits; each caller gets its own answer."""

import asyncio
import time
from typing import NamedTuple

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from baoxue_shared.errors import OverloadedError
from baoxue_shared.history.following import Following
from baoxue_shared.history.postgres_append import append_all
from baoxue_shared.history.postgres_arrays import register_columns
from baoxue_shared.history.postgres_losers import committed, losers
from baoxue_shared.history.postgres_places import places
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.history.unit import Outcome, Unit, VersionConflictError

BATCH = 512
QUEUE = 10_000
TRIES = 8  # with pauses of 13 seconds in all: a server that was restarted is there again
PAUSE, CONNECT = 0.1, 5  # seconds
POSITION_TAKEN = "BX001"

Connection = AsyncConnection[TupleRow]


class Waiting(NamedTuple):
    unit: Unit
    future: asyncio.Future[tuple[int, ...]]


class PostgresWriter:
    """Drains waiting units into one durable transaction after another, on a connection of its own.

    The store settles keys before each, and is told of each that holds events, also when nobody waits any more.
    """

    def __init__(self, dsn: str, store: Following) -> None:
        self._dsn, self._store = dsn, store
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue(QUEUE)
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None

    async def append(self, unit: Unit) -> tuple[int, ...]:
        """OverloadedError when too many wait: nothing was written."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        future: asyncio.Future[tuple[int, ...]] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait(Waiting(unit, future))
        except asyncio.QueueFull:
            raise OverloadedError from None
        return await asyncio.shield(future)

    async def close(self) -> None:
        if self._task is not None:
            await self._waiting.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def _run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            began = time.perf_counter()
            outcomes = await self._settled([waiting.unit for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                self._waiting.task_done()
                if waiting.future.done():
                    continue
                if isinstance(outcome, Exception):
                    waiting.future.set_exception(outcome)
                else:
                    waiting.future.set_result(outcome)
            self._store.tell(outcomes, time.perf_counter() - began)

    def waiting(self) -> int:
        return self._waiting.qsize()

    async def _keyed(self, units: list[Unit]) -> dict[int, Outcome]:
        """The outcomes of units whose key was overtaken; the keys of the others are durable."""
        if not any(unit.keys for unit in units):
            return {}
        overtaken = await asyncio.to_thread(self._store.settle, units)
        return dict.fromkeys(overtaken, VersionConflictError("key"))

    async def _settled(self, units: list[Unit]) -> list[Outcome]:
        problem: Exception = OverloadedError()
        try:
            outcomes = await self._keyed(units)
        except Exception as error:  # noqa: BLE001 - nothing was written, and each caller hears why
            return [error] * len(units)
        lost = False
        for tried in range(TRIES):
            rest = {n: unit for n, unit in enumerate(units) if n not in outcomes}
            if not rest:
                break
            try:
                outcomes |= await (self._after_loss(rest) if lost else self._attempt(rest))
                lost = False
            except psycopg.OperationalError as error:
                problem, lost = UnreachableStoreError(str(error)), True
                if tried < TRIES - 1:
                    await asyncio.sleep(PAUSE * 2**tried)
            except Exception as error:  # noqa: BLE001 - each caller is answered, the writer lives on
                problem = error
                break
        return [outcomes.get(n, problem) for n in range(len(units))]

    async def _attempt(self, units: dict[int, Unit]) -> dict[int, Outcome]:
        """The outcomes known after this attempt: all, or those of the losers."""
        connection = await self._connected()
        try:
            last = await self._write(connection, list(units.values()))
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            lost = await losers(connection, self._store.service, units)
            if lost or len(units) > 1:
                return {**lost} if lost else await self._one_by_one(units)
            taken = error.sqlstate in {"23505", POSITION_TAKEN}  # written meanwhile by another process: look again
            return {} if taken else dict.fromkeys(units, error)
        return _numbered(units, last)

    async def _one_by_one(self, units: dict[int, Unit]) -> dict[int, Outcome]:
        """No loser was found: one unit's statement failed, and only that unit is answered with it."""
        outcomes: dict[int, Outcome] = {}
        for n, unit in units.items():
            outcomes |= await self._attempt({n: unit})
        return outcomes

    @staticmethod
    async def _write(connection: Connection, units: list[Unit]) -> int:
        statements = [statement for unit in units for statement in unit.statements]
        if not statements:
            return await append_all(connection, units)
        async with connection.transaction():
            last = await append_all(connection, units)
            for statement in statements:
                await connection.execute(places(statement.sql), dict(statement.params))
        return last

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=CONNECT)
            register_columns(self._connection)
        return self._connection

    async def _after_loss(self, units: dict[int, Unit]) -> dict[int, Outcome]:
        """The connection was lost: those that were committed are answered so, the others are tried again."""
        return {**await committed(await self._connected(), self._store.service, units)}


def _numbered(units: dict[int, Unit], last: int) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    for n, unit in units.items():
        outcomes[n] = tuple(range(last + 1, last + 1 + len(unit.rows)))
        last += len(unit.rows)
    return outcomes
