"""Effect and position in one transaction; a message that cannot be handled is parked, and its child's after it."""

import asyncio
from collections.abc import Sequence

import structlog

from baoxue_shared.clock import Clock
from baoxue_shared.errors import OverloadedError
from baoxue_shared.history.collector import Collector
from baoxue_shared.history.store import Store, UnreachableStoreError
from baoxue_shared.history.unit import (
    PositionConflictError,
    ReaderPosition,
    RequestRepeatedError,
    Unit,
    VersionConflictError,
)
from baoxue_shared.messaging.cloudevents import Unreadable
from baoxue_shared.messaging.handling import Handling
from baoxue_shared.messaging.overtaken import until_undisputed
from baoxue_shared.messaging.parking import Parking, key_of
from baoxue_shared.view import Heard

ATTEMPTS = 3
BACK_OFF = 0.1  # seconds, doubled each time
OF_THE_STORE = (PositionConflictError, UnreachableStoreError, OverloadedError)  # no message is parked for them
log = structlog.get_logger()


class Committing:
    """One reader's progress in one publisher's history."""

    def __init__(self, store: Store, reader: str, publisher: str, handling: Handling, clock: Clock) -> None:
        self.store, self.reader, self.publisher = store, reader, publisher
        self.handling = handling
        self.parking = Parking(store, reader, publisher, clock)
        self.position = ReaderPosition(reader, publisher, 0, 0)
        self.turn = asyncio.Lock()  # an operator's retry and the stream take turns

    async def load(self) -> None:
        self.position = await self.store.reader_position(self.reader, self.publisher) or self.position
        await self.parking.load()

    async def commit(self, batch: Sequence[Heard], sequence: int) -> None:
        """All of the batch at once; if that fails, one by one. What was seen before is skipped."""
        seen = self.position.place
        batch = [heard for heard in batch if heard.place > seen]
        if not batch:
            return
        async with self.turn:
            if await self._whole(batch, sequence):
                return
            for heard in batch:
                await self._one(heard, sequence)

    async def _whole(self, batch: Sequence[Heard], sequence: int) -> bool:
        """PositionConflictError: another process reads in its place."""
        if any(isinstance(heard.body, Unreadable) for heard in batch):
            return False
        for key in self.parking.keys & {key_of(heard) for heard in batch}:
            if await self.parking.holds(key):
                return False
        try:
            await self._together(batch, sequence)
        except OF_THE_STORE:
            raise
        except Exception as error:  # noqa: BLE001 - found out one by one
            log.info("one by one", reader=self.reader, error=type(error).__name__)
            return False
        return True

    async def _together(self, batch: Sequence[Heard], sequence: int) -> None:
        collector = Collector()
        async with collector.locks:
            await self.handling(batch, collector)
            await self._write(batch[-1], sequence, collector.unit)

    async def _write(self, last: Heard, sequence: int, unit: Unit) -> None:
        position = ReaderPosition(self.reader, self.publisher, last.epoch, last.position, sequence)
        await self.store.append(unit.joined(Unit(positions=(position,))))
        self.position = position

    async def _one(self, heard: Heard, sequence: int) -> None:
        if await self.parking.holds(key_of(heard)):
            await self._park(heard, sequence, "behind an earlier message of the same child")
            return
        if isinstance(heard.body, Unreadable):
            await self._park(heard, sequence, heard.body.error)
            return
        problem = await self._tried(heard, sequence)
        if problem is not None:
            await self._park(heard, sequence, problem)

    async def _tried(self, heard: Heard, sequence: int) -> str | None:
        """What is wrong with the message; None if it was handled."""
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                await until_undisputed(self.store, lambda: self._together([heard], sequence))
            except OF_THE_STORE:
                raise
            except RequestRepeatedError:  # carried out before, only the position was lost
                await self._write(heard, sequence, Unit())
                return None
            except VersionConflictError as error:
                return told(error)
            except Exception as error:  # noqa: BLE001 - parked with its error
                problem = told(error)
                await asyncio.sleep(BACK_OFF * 2**attempt)
            else:
                return None
        return problem

    async def _park(self, heard: Heard, sequence: int, problem: str) -> None:
        log.warning("parked", reader=self.reader, publisher=self.publisher, position=heard.position)
        await self._write(heard, sequence, Unit(statements=(self.parking.statement(heard, problem),)))
        self.parking.keys.add(key_of(heard))


def told(error: Exception) -> str:
    """As an operator reads it beside the message."""
    return f"{type(error).__name__}: {error}"
