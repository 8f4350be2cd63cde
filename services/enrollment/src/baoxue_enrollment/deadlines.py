"""What falls due by the calendar: check-ins whose day is over."""

from datetime import date

from baoxue_shared.actor import acting_as, system_actor

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.selections import overdue
from baoxue_enrollment.commands import FindMissedCheckIns


class Deadlines:
    """Called once per calendar day, in order."""

    def __init__(self, enrollment: Enrollment, county: str) -> None:
        self.enrollment = enrollment
        self._actor = system_actor("deadline-clock", county)

    async def pass_day(self, day: date) -> None:
        if not await overdue(self.enrollment.store, day.isoformat(), self._actor.jurisdiction):
            return
        request_id = f"missed-check-ins/{day}"
        with acting_as(self._actor, clock=self.enrollment.clock, request_id=request_id):
            await self.enrollment.find_missed_check_ins(FindMissedCheckIns(day=day))
