"""The deadline clock: each calendar day passes once, in order, also after a stand-still."""

import asyncio
from datetime import date, timedelta
from typing import Protocol

import structlog

from baoxue_shared.clock import Clock, today
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import ReaderPosition, Unit

NAME, PUBLISHER = "deadlines", "clock"
log = structlog.get_logger()


class Deadlines(Protocol):
    """What falls due; every act carries a request id of its own, so that a day may begin again after a crash."""

    async def pass_day(self, day: date) -> None: ...


class DeadlineClock:
    """`day`: the last day whose deadlines were looked at."""

    def __init__(self, store: Store, clock: Clock, deadlines: Deadlines) -> None:
        self._store, self._clock, self._deadlines = store, clock, deadlines
        self.day = date.min
        self.waits_for = ""  # what keeps a day from passing, as an operator reads it

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if self.day == date.min:
                    await self._load()
                while self.day < today(self._clock):
                    await self._pass(self.day + timedelta(days=1))
                self.waits_for = ""
            except Exception as error:  # noqa: BLE001 - told, then the day begins again
                self._tell(f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.5)
            await asyncio.sleep(0.01 if self._clock.simulated else 1.0)

    def _tell(self, problem: str) -> None:
        if problem != self.waits_for:  # said once, it may last for days
            log.warning("deadline clock waits", error=problem)
        self.waits_for = problem

    async def _load(self) -> None:
        stored = await self._store.reader_position(NAME, PUBLISHER)
        self.day = date.fromordinal(stored.position) if stored else today(self._clock) - timedelta(days=1)

    async def _pass(self, day: date) -> None:
        await self._deadlines.pass_day(day)
        await self._store.append(Unit(positions=(ReaderPosition(NAME, PUBLISHER, 1, day.toordinal()),)))
        self.day = day
