"""Group commit: one thread, one transaction for all that waits; each caller gets its own answer."""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from baoxue_shared.errors import OverloadedError
from baoxue_shared.history.following import Following
from baoxue_shared.history.unit import Outcome, Unit, VersionConflictError

BATCH = 512
QUEUE = 10_000

WriteUnits = Callable[[sqlite3.Connection, Sequence[Unit], int], list[tuple[int, ...]]]


class Waiting(NamedTuple):
    unit: Unit
    future: asyncio.Future[tuple[int, ...]]
    loop: asyncio.AbstractEventLoop


class GroupWriter:
    """Drains waiting units into one durable transaction after another.

    The store settles keys before each, and is told of each that holds events, also when nobody waits any more.
    """

    def __init__(self, connection: sqlite3.Connection, store: Following, write: WriteUnits) -> None:
        self._connection, self._store, self._write = connection, store, write
        self._waiting: deque[Waiting] = deque()
        self._more, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=f"{store.service}-writer", daemon=True)
        self._thread.start()

    async def append(self, unit: Unit) -> tuple[int, ...]:
        """OverloadedError when too many wait: nothing was written."""
        if len(self._waiting) >= QUEUE:
            raise OverloadedError
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[int, ...]] = loop.create_future()
        self._waiting.append(Waiting(unit, future, loop))
        if not self._more.is_set():
            self._more.set()
        return await future  # a caller that goes away changes nothing of the write

    def close(self) -> None:
        self._closing = True
        self._more.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while not self._closing or self._waiting:
            self._more.wait()
            self._more.clear()  # before looking: what comes later sets it again
            while batch := [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]:
                began = time.perf_counter()
                outcomes = self._commit([waiting.unit for waiting in batch])
                self._answer(batch, outcomes, time.perf_counter() - began)

    def _commit(self, units: Sequence[Unit]) -> list[Outcome]:
        try:
            overtaken = self._store.settle(units)
            return self._together(units, overtaken) or self._one_by_one(units, overtaken)
        except Exception as error:  # noqa: BLE001 - each caller is answered, the writer lives on
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            return [error] * len(units)

    def _begin(self) -> int:
        """The last position."""
        self._connection.execute("begin immediate")
        found = self._connection.execute(
            f"select coalesce(max(position), 0) from {self._store.service}_events"
        ).fetchone()
        return int(found[0])

    def _together(self, units: Sequence[Unit], overtaken: list[int]) -> list[Outcome] | None:
        """All at once; None if there is a loser among them, and nothing was written."""
        if overtaken:
            return None
        last = self._begin()
        try:
            written = self._write(self._connection, units, last)
        except Exception:  # noqa: BLE001 - found out one by one
            self._connection.execute("rollback")
            return None
        self._connection.execute("commit")
        return [*written]

    def _one_by_one(self, units: Sequence[Unit], overtaken: list[int]) -> list[Outcome]:
        last = self._begin()
        outcomes: list[Outcome] = []
        for n, unit in enumerate(units):
            outcome = VersionConflictError("key") if n in overtaken else self._one(unit, last)
            if isinstance(outcome, tuple):
                last += len(outcome)
            outcomes.append(outcome)
        self._connection.execute("commit")
        return outcomes

    def _one(self, unit: Unit, last: int) -> Outcome:
        """A loser is rolled back alone; the others stay in the transaction."""
        connection = self._connection
        connection.execute("savepoint unit")
        try:
            (positions,) = self._write(connection, [unit], last)
        except Exception as error:  # noqa: BLE001 - every loser is answered with its own error
            connection.execute("rollback to unit")
            connection.execute("release unit")
            return error
        connection.execute("release unit")
        return positions

    def waiting(self) -> int:
        return len(self._waiting)

    def _answer(self, batch: list[Waiting], outcomes: list[Outcome], seconds: float) -> None:
        def answer(pairs: list[tuple[Waiting, Outcome]]) -> None:
            self._store.tell([outcome for _, outcome in pairs], seconds)
            for waiting, outcome in pairs:
                if waiting.future.done():
                    continue
                if isinstance(outcome, Exception):
                    waiting.future.set_exception(outcome)
                else:
                    waiting.future.set_result(outcome)

        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Waiting, Outcome]]] = {}
        for waiting, outcome in zip(batch, outcomes, strict=True):
            by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
        for loop, pairs in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(answer, pairs)
