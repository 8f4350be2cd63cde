"""Group commit: one thread, one transaction for all that waits; each caller gets its own answer."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import NamedTuple

from baoxue_shared.errors import OverloadedError
from baoxue_shared.history.unit import Unit

BATCH = 512
QUEUE = 10_000

Outcome = tuple[int, ...] | Exception
WriteUnits = Callable[[sqlite3.Connection, list[Unit], int], list[tuple[int, ...]]]


class Waiting(NamedTuple):
    unit: Unit
    future: asyncio.Future[tuple[int, ...]]
    loop: asyncio.AbstractEventLoop


class GroupWriter:
    """Drains waiting units into one durable transaction after another.

    `committed` is called after each that holds events, also when nobody waits for the answer any more.
    """

    def __init__(
        self, connection: sqlite3.Connection, service: str, write: WriteUnits, committed: Callable[[], None]
    ) -> None:
        self._connection, self._service, self._write, self._committed = connection, service, write, committed
        self._queue: queue.Queue[Waiting | None] = queue.Queue(QUEUE)
        self._thread = threading.Thread(target=self._run, name=f"{service}-writer", daemon=True)
        self._thread.start()

    async def append(self, unit: Unit) -> tuple[int, ...]:
        """OverloadedError when too many wait: nothing was written."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[int, ...]] = loop.create_future()
        try:
            self._queue.put_nowait(Waiting(unit, future, loop))
        except queue.Full:
            raise OverloadedError from None
        return await future  # a caller that goes away changes nothing of the write

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < BATCH and not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    stop = True
                    break
                batch.append(more)
            self._answer(batch, self._commit(batch))
            if stop:
                return

    def _commit(self, batch: list[Waiting]) -> list[Outcome]:
        connection = self._connection
        try:
            connection.execute("begin immediate")
            last = connection.execute(f"select coalesce(max(position), 0) from {self._service}_events").fetchone()[0]
            outcomes = self._together(batch, last) or self._one_by_one(batch, last)
            connection.execute("commit")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("rollback")
            return [error] * len(batch)
        return outcomes

    def _together(self, batch: list[Waiting], last: int) -> list[Outcome] | None:
        """All at once; None if there is a loser among them, and nothing was written."""
        connection = self._connection
        connection.execute("savepoint units")
        try:
            written = self._write(connection, [waiting.unit for waiting in batch], last)
        except Exception:  # noqa: BLE001 - found out one by one
            connection.execute("rollback to units")
            connection.execute("release units")
            return None
        connection.execute("release units")
        return [*written]

    def _one_by_one(self, batch: list[Waiting], last: int) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for waiting in batch:
            outcome = self._one(waiting.unit, last)
            if isinstance(outcome, tuple):
                last += len(outcome)
            outcomes.append(outcome)
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

    def _answer(self, batch: list[Waiting], outcomes: list[Outcome]) -> None:
        def answer(pairs: list[tuple[Waiting, Outcome]]) -> None:
            if any(outcome and not isinstance(outcome, Exception) for _, outcome in pairs):
                self._committed()
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
