"""The periodic bulletins of central schools, townships and the county; some late, some never."""

from datetime import timedelta
from functools import partial

from baoxue_shared.calendar.county import CountyCalendar, Semester
from baoxue_shared.divisions import townships_of

from baoxue_deploy.office import Desk
from baoxue_deploy.simulation.calendar import BEGINS, COUNTY, ENDS, SEMESTERS
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, Play, school_desk, township_desk

IN_TIME, LATE, DUE = 3, 14, 10  # days after the period
LATE_SHARE, NEVER_SHARE = 0.06, 0.04


class Bulletins:
    """Every body's, in its own rhythm."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.calendar = CountyCalendar()
        for s in SEMESTERS:
            self.calendar.open(Semester(s.name, s.opens_on, s.midpoint_on, s.ends_on))

    def enter(self) -> None:
        """Into the agenda."""
        for number, school in enumerate(s for s in self.play.people.schools if s.kind == "central"):
            self._periods("month", "central_school", str(school.school_id), school_desk(school), f"school-{number}")
        for township in townships_of(COUNTY):
            self._periods("half_semester", "township", township, township_desk(township), township)
        self._periods("semester", "county", COUNTY, COUNTY_EDUCATION, COUNTY)

    def _periods(self, kind: str, level: str, body: str, desk: Desk, whose: str) -> None:
        for period in self.calendar.periods(kind, BEGINS, ENDS):
            chance = self.play.random("bulletin", whose, period.key).random()
            if chance < LATE_SHARE + NEVER_SHARE and period.last + timedelta(days=DUE) < ENDS:
                self.play.journal["finding D-3.1-bulletins"] += 1
            if chance < NEVER_SHARE:
                continue
            wait = LATE if chance < LATE_SHARE + NEVER_SHARE else IN_TIME
            day = period.last + timedelta(days=wait)
            if day <= ENDS:
                act = partial(self.issue, level, body, period.key, desk, whose)
                self.play.agenda.on(day, f"bulletin/{whose}", act)

    async def issue(self, level: str, body: str, period: str, desk: Desk, whose: str) -> None:
        bulletin = {"level": level, "body": body, "period": period}
        await self.play.send("oversight", "/bulletins", bulletin, of=f"bulletin/{whose}/{period}", desk=desk)
        self.play.journal["bulletins"] += 1
