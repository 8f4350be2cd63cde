"""What falls due by the calendar: check-ins whose day is over, public notices whose thirty days are."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.command import Command, Recorded
from baoxue_shared.service import World

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.falling_due import announced_until, overdue
from baoxue_enrollment.application.told import told_before
from baoxue_enrollment.commands import FindMissedCheckIns
from baoxue_enrollment.notice_commands import DeemNoticesServed

C = TypeVar("C", bound=Command)
Act = Callable[[C], Awaitable[Recorded]]


class ViewsBehindError(Exception):
    """The read models do not hold the whole history yet; the day begins again."""


class Deadlines:
    """Called once per calendar day, in order."""

    def __init__(self, enrollment: Enrollment, world: World) -> None:
        self._enrollment, self._world = enrollment, world
        self._actor = system_actor("deadline-clock", world.county)

    async def pass_day(self, day: date) -> None:
        """Looks at all that was recorded before it was called. ViewsBehindError."""
        world = self._world
        if not await world.reached(await world.store.last_position()):
            raise ViewsBehindError
        store, enrollment, until = world.store, self._enrollment, day.isoformat()
        checks = await overdue(store, until, world.county)
        found = await announced_until(store, until, world.county)
        missing = FindMissedCheckIns(day=day)
        await self._carry_out(f"missed-check-ins/{day}", enrollment.find_missed_check_ins, missing, checks)
        deeming = DeemNoticesServed(day=day)
        await self._carry_out(f"deemed-services/{day}", enrollment.deem_notices_served, deeming, found)

    async def _carry_out(self, request_id: str, act: Act[C], command: C, found: Sequence[object]) -> None:
        """Nothing is recorded where nothing was found, unless an earlier attempt was cut short."""
        with acting_as(self._actor, clock=self._world.clock, request_id=request_id) as acting:
            if found or await told_before(self._world.store, acting.request_id):
                await act(command)
