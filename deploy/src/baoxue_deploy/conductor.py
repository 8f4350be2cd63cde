"""Moves the simulated clock, and only when relays, readers, views and deadline clocks are idle."""

import asyncio
import time
from datetime import date
from typing import Any

from baoxue_shared.clock import SharedClock, shanghai, today

from baoxue_deploy.office import Offices
from baoxue_deploy.places import SERVICES

SETTLES_WITHIN = 120.0


class NeverIdleError(Exception):
    """Something did not come to rest: its status says what lags."""


def idle(statuses: dict[str, dict[str, Any]], day: date) -> bool:
    """Everything recorded is published, heard, shown, and the day's deadlines are passed."""
    for status in statuses.values():
        if status["relayed"] < status["position"] or any(v < status["position"] for v in status["views"].values()):
            return False
        if status["ticked"] is not None and status["ticked"] < day.isoformat():
            return False
        for reader, position in status["readers"].items():
            publisher = statuses.get(reader.partition("/")[0])
            place = (status["reader_epochs"][reader], position)
            if publisher and place < (publisher["epoch"], publisher["published"]):
                return False
    return True


class Conductor:
    """The embedded mode's time."""

    def __init__(self, clock: SharedClock, offices: Offices) -> None:
        self.clock, self._offices = clock, offices

    async def settle(self) -> None:
        """NeverIdleError."""
        until = time.monotonic() + SETTLES_WITHIN
        while True:
            found = await asyncio.gather(*map(self._offices.status, SERVICES))
            statuses = dict(zip(SERVICES, found, strict=True))
            if idle(statuses, today(self.clock)):
                return
            if time.monotonic() > until:
                raise NeverIdleError(statuses)
            await asyncio.sleep(0.005)

    async def advance(self, day: date, hour: int = 9) -> None:
        """To an hour of a day, and what falls due until then."""
        await self.settle()
        self.clock.set(max(self.clock.now(), shanghai(day, hour)))
        await self.settle()
