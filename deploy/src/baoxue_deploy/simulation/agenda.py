"""What is done on which day: acts of one lane follow each other, lanes run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from baoxue_shared.clock import today

from baoxue_deploy.conductor import Conductor

AT_ONCE = 16
Act = Callable[[], Awaitable[None]]


class Agenda:
    """Acts may enter further acts, for the same day or a later one."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor, self.clock = conductor, conductor.clock
        self._days: dict[date, dict[str, list[tuple[int, Act]]]] = {}
        self._limit = asyncio.Semaphore(AT_ONCE)

    def on(self, day: date, lane: str, act: Act, *, order: int = 0) -> None:
        """Enter an act; a day that is over means today. `order`: in a lane that several others enter into."""
        day = max(day, today(self.clock))
        self._days.setdefault(day, {}).setdefault(lane, []).append((order, act))

    async def run(self, until: date, passed: Callable[[date], None]) -> None:
        """Every calendar day up to `until` passes once, with its deadlines, then its acts."""
        day = today(self.clock)
        while day <= until:
            await self._conductor.advance(day)
            while lanes := self._days.pop(day, None):
                await asyncio.gather(*map(self._lane, lanes.values()))
                await self._conductor.settle()
            passed(day)
            day += timedelta(days=1)

    async def _lane(self, acts: list[tuple[int, Act]]) -> None:
        async with self._limit:
            for _, act in sorted(acts, key=lambda entered: entered[0]):
                await act()
