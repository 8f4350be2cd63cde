"""What falls due by the calendar: check-ins whose day is over."""

from datetime import date

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.service import World

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.bulk import done_before
from baoxue_enrollment.application.selections import overdue
from baoxue_enrollment.commands import FindMissedCheckIns


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
        due = await overdue(world.store, day.isoformat(), world.county)
        with acting_as(self._actor, clock=world.clock, request_id=f"missed-check-ins/{day}") as acting:
            if due or await done_before(world.store, acting.request_id):
                await self._enrollment.find_missed_check_ins(FindMissedCheckIns(day=day))
