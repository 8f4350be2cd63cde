"""The register against who is there: each month at each school, phantom pupils in March and September."""

from datetime import date, timedelta
from functools import partial
from typing import Literal

from baoxue_shared.calendar.county import CountyCalendar, Period, Semester
from baoxue_shared.clock import today

from baoxue_deploy.simulation.calendar import AUTUMN, BEGINS, ENDS, SEMESTERS, SPRING, SemesterDays
from baoxue_deploy.simulation.people import School
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, Play, school_desk
from baoxue_deploy.simulation.registers import DAYS, attendance_roll
from baoxue_deploy.simulation.stories import Stories

ILL = 0.01
LATE, NEVER = (3, "2025-10"), (7, "2026-04")  # a school and the month whose list comes late, or not at all
PHANTOMS = 2
Cause = Literal["ill", "out_of_school", "at_school"]


class Checks:
    """Central schools keep rolls; village schools have none, their teachers list absentees."""

    def __init__(self, play: Play, stories: Stories) -> None:
        self.play, self.stories = play, stories
        self.marked: set[str] = set()  # as dropped out in the register: no school has to have them
        self.phantoms: list[str] = []

    def enter(self) -> None:
        """Into the agenda."""
        on = self.play.agenda.on
        for days in SEMESTERS:
            calendar = CountyCalendar()
            calendar.open(Semester(days.name, days.opens_on, days.midpoint_on, days.ends_on))
            for month in calendar.periods("month", BEGINS, ENDS):
                for number, school in enumerate(self.play.people.schools):
                    self._month(days, month, number, school)
        on(date(2025, 3, 28), "county", self.close_search)
        on(date(2025, 9, 16), "county", self.find_phantoms)
        on(date(2025, 9, 20), "county", self.close_search)
        on(date(2025, 9, 24), "county", self.teach_phantoms)
        on(date(2026, 3, 17), "county", self.find_phantoms)  # nobody settles these
        on(date(2026, 3, 20), "county", self.close_search)

    def _month(self, days: SemesterDays, month: Period, number: int, school: School) -> None:
        on, lane = self.play.agenda.on, f"school/{number}"
        self.play.journal["finding D-2.7-register-check"] += (number, month.key) in {LATE, NEVER}
        if (number, month.key) == NEVER:
            return
        day = month.last + timedelta(days=4 if (number, month.key) == LATE else -3)
        on(day, lane, partial(self.check, days, month.key, number, school))

    async def check(self, days: SemesterDays, month: str, number: int, school: School) -> None:
        desk = school_desk(school)
        rows = await self.play.listed("enrollment", "/pupils", desk=desk, semester=days.name)
        here = [c for c in self.play.in_order([r["child_id"] for r in rows]) if c not in self.marked]
        random, out = self.play.random("ill", month, number), self.stories.absent()
        ill = {c for c in here if random.random() < ILL} - out
        absent = [c for c in here if c in out or c in ill]
        of = f"check/{month}/{number}"
        if school.kind == "village" or not here:
            body = {"month": month, "children": absent, "listed_on": today(self.play.agenda.clock).isoformat()}
            await self.play.send("enrollment", "/register-checks", body, of=of, desk=desk)
        else:
            gone = {c: (0, DAYS if c in ill else 0) for c in absent}
            entries = [(self.play.roster[c], school, *gone.get(c, (DAYS, 0))) for c in here]
            path = f"/registers/attendance?month={month}"
            await self.play.send("enrollment", path, attendance_roll(entries), of=of, desk=desk)
        self.play.journal["register checks"] += 1
        tomorrow = today(self.play.agenda.clock) + timedelta(days=1)
        self.play.agenda.on(tomorrow, f"school/{number}", partial(self.verify, month, school, absent, ill))

    async def verify(self, month: str, school: School, absent: list[str], ill: set[str]) -> None:
        """One by one; who is out of school has its case already."""
        for child_id in absent:
            cause: Cause = "ill" if child_id in ill else "out_of_school"
            if cause == "out_of_school" and child_id not in self.stories.absent():
                cause = "at_school"
            day = today(self.play.agenda.clock).isoformat()
            body = {"month": month, "child_id": child_id, "cause": cause, "verified_on": day}
            of = f"check/{month}/{self.play.roster[child_id].index}"
            await self.play.send("enrollment", "/register-checks/absences", body, of=of, desk=school_desk(school))
        self.play.journal["absences verified"] += len(absent)

    async def find_phantoms(self) -> None:
        day = today(self.play.agenda.clock)
        semester = AUTUMN.name if day < SPRING.opens_on else SPRING.name
        rows = await self.play.listed("enrollment", "/pupils", semester=semester)
        present = [r["child_id"] for r in rows if r["checked_in_on"]]
        self.phantoms = self.play.in_order(present)[day.month :: 40][:PHANTOMS]
        for child_id in self.phantoms:
            of = f"phantom/{day}/{self.play.roster[child_id].index}"
            body = {"found_on": day.isoformat()}
            await self.play.send("enrollment", f"/pupils/{child_id}/phantom", body, of=of)
        if day.year == ENDS.year:
            self.play.journal["finding D-1.2-phantom-pupils"] += bool(self.phantoms)

    async def close_search(self) -> None:
        day = today(self.play.agenda.clock).isoformat()
        body = {"closed_on": day}
        await self.play.send("enrollment", "/phantom-checks", body, of=f"phantoms/{day}", desk=COUNTY_EDUCATION)

    async def teach_phantoms(self) -> None:
        day = today(self.play.agenda.clock).isoformat()
        for child_id in self.phantoms:
            path, of = f"/pupils/{child_id}/phantom/teaching", f"taught/{self.play.roster[child_id].index}"
            await self.play.send("enrollment", path, {"since_on": day}, of=of)
