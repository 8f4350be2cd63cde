"""Effect and position in one transaction; a message that cannot be handled is parked, and its child's after it."""

import asyncio
from collections.abc import Sequence

import structlog

from baoxue_shared.clock import Clock
from baoxue_shared.history.collector import Collector
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import PositionConflictError, ReaderPosition, RequestRepeatedError, Statement, Unit
from baoxue_shared.messaging.handling import Handling
from baoxue_shared.view import Heard

ATTEMPTS = 3
BACK_OFF = 0.1  # seconds, doubled each time
log = structlog.get_logger()


def key_of(heard: Heard) -> str:
    """What must stay in order: the child, else the case or plan, else the publisher's stream itself."""
    for name in ("child_id", "case_id", "plan_id", "area"):
        value = getattr(heard.body, name, None)
        if value is not None:
            return str(value)
    return heard.originator_id


class Committing:
    """One reader's progress in one publisher's history."""

    def __init__(self, store: Store, reader: str, publisher: str, handling: Handling, clock: Clock) -> None:
        self.store, self.reader, self.publisher = store, reader, publisher
        self._handling, self._clock = handling, clock
        self.position = ReaderPosition(reader, publisher, 0, 0)
        self._parked: set[str] = set()

    async def load(self) -> None:
        self.position = await self.store.reader_position(self.reader, self.publisher) or self.position
        rows = await self.store.fetch(
            f"select distinct parked_key from {self.store.service}_parked"
            " where reader = :reader and publisher = :publisher",
            {"reader": self.reader, "publisher": self.publisher},
        )
        self._parked = {str(row["parked_key"]) for row in rows}

    async def commit(self, batch: Sequence[Heard], sequence: int) -> None:
        """All of the batch at once; if that fails, one by one. What was seen before is skipped."""
        seen = (self.position.epoch, self.position.position)
        batch = [heard for heard in batch if (heard.epoch, heard.position) > seen]
        if not batch:
            return
        free = [heard for heard in batch if key_of(heard) not in self._parked]
        if len(free) == len(batch):
            try:
                await self._together(batch, sequence)
            except PositionConflictError:
                raise
            except Exception as error:  # noqa: BLE001 - found out one by one
                log.info("one by one", reader=self.reader, error=type(error).__name__)
            else:
                return
        for heard in batch:
            await self._one(heard, sequence)

    async def _together(self, batch: Sequence[Heard], sequence: int, more: Unit | None = None) -> None:
        collector = Collector()
        async with collector.locks:
            await self._handling(batch, collector)
            await self._write(batch[-1], sequence, collector.unit.joined(more or Unit()))

    async def _write(self, last: Heard, sequence: int, unit: Unit) -> None:
        position = ReaderPosition(self.reader, self.publisher, last.epoch, last.position, sequence)
        await self.store.append(unit.joined(Unit(positions=(position,))))
        self.position = position

    async def _one(self, heard: Heard, sequence: int) -> None:
        if key_of(heard) in self._parked:
            await self._park(heard, sequence, "behind an earlier message of the same child")
            return
        for attempt in range(ATTEMPTS):
            try:
                await self._together([heard], sequence)
            except PositionConflictError:
                raise
            except RequestRepeatedError:  # carried out before, only the position was lost
                await self._write(heard, sequence, Unit())
                return
            except Exception as error:  # noqa: BLE001 - parked with its error
                problem = f"{type(error).__name__}: {error}"
                await asyncio.sleep(BACK_OFF * 2**attempt)
            else:
                return
        await self._park(heard, sequence, problem)

    async def _park(self, heard: Heard, sequence: int, problem: str) -> None:
        self._parked.add(key_of(heard))
        log.warning("parked", reader=self.reader, publisher=self.publisher, position=heard.position)
        statement = Statement(
            f"insert into {self.store.service}_parked"
            " (reader, publisher, position, parked_key, message, error, parked_at)"
            " values (:reader, :publisher, :position, :key, :message, :error, :at)",
            {
                "reader": self.reader,
                "publisher": self.publisher,
                "position": heard.position,
                "key": key_of(heard),
                "message": heard.event_id,
                "error": problem,
                "at": self._clock.now().isoformat(),
            },
        )
        await self._write(heard, sequence, Unit(statements=(statement,)))
