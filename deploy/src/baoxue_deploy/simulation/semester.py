"""The opening of a semester: expectations, check-in, roll call."""

from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import Any

from baoxue_shared.clock import today

from baoxue_deploy.simulation.calendar import SemesterDays
from baoxue_deploy.simulation.people import School
from baoxue_deploy.simulation.play import Play, school_desk
from baoxue_deploy.simulation.stories import Stories

ABSENT = {"autumn": 0.05, "spring": 0.02}
LATE_SCHOOL, NEVER_SCHOOL = 5, 9
LATE_ONES = 0.1  # of those present: they come on the last day of check-in


class Opening:
    """One semester's opening at every school."""

    def __init__(self, play: Play, days: SemesterDays, year_id: str, stories: Stories) -> None:
        self.play, self.days, self.year_id, self.stories = play, days, year_id, stories
        self.absent: dict[str, list[str]] = {}

    def enter(self) -> None:
        """Into the agenda."""
        on = self.play.agenda.on
        on(self.days.opens_on, "county", self.open)
        on(self.days.report_on + timedelta(days=1), "stories", self.stories.take_up)
        for number, school in enumerate(self.play.people.schools):
            on(self.days.opens_on + timedelta(days=7), f"school/{number}", partial(self.list_absentees, number, school))

    def of(self, what: str) -> str:
        return f"{self.days.name}/{what}"

    async def open(self) -> None:
        days = self.days
        dates = {"opens_on": days.opens_on, "report_on": days.report_on}
        dates |= {"midpoint_on": days.midpoint_on, "ends_on": days.ends_on}
        opening = {"semester": days.name, **{name: day.isoformat() for name, day in dates.items()}}
        await self.play.send("enrollment", f"/school-years/{self.year_id}/semesters", opening, of=self.of("opening"))
        at = self.play.offices.positions["enrollment"]
        path = f"/pupils/expectations?min_position={at}"
        await self.play.send("enrollment", path, {"semester": days.name}, of=self.of("expected"))
        pupils = await self.play.listed("enrollment", "/pupils", semester=days.name)
        self.play.journal[f"expected {days.name}"] = len(pupils)
        by_school: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for pupil in pupils:
            by_school[pupil["school_id"]].append(pupil)
        for number, school in enumerate(self.play.people.schools):
            here = self.play.in_order([p["child_id"] for p in by_school[str(school.school_id)]])
            self._plan(number, school, here)

    def _plan(self, number: int, school: School, here: list[str]) -> None:
        random = self.play.random(self.days.name, "absent", number)
        share = ABSENT[self.days.name.rpartition("-")[2]]
        out = self.stories.out_of_school()
        self.absent[str(school.school_id)] = absent = [c for c in here if c in out or random.random() < share]
        present = [c for c in here if c not in set(absent)]
        late = {c for c in present if random.random() < LATE_ONES}
        on, lane = self.play.agenda.on, f"school/{number}"
        on(self.days.opens_on, lane, partial(self.check_in, school, [c for c in present if c not in late], "first"))
        on(self.days.report_on, lane, partial(self.check_in, school, [c for c in present if c in late], "last"))

    async def check_in(self, school: School, children: list[str], when: str) -> None:
        if not children:
            return
        day = self.days.opens_on if when == "first" else self.days.report_on
        body = {"semester": self.days.name, "checked_in_on": day.isoformat(), "children": children}
        of = self.of(f"check-in/{school.school_id}/{when}")
        await self.play.send("enrollment", "/check-ins", body, of=of, desk=school_desk(school))
        self.play.journal[f"checked in {self.days.name}"] += len(children)

    async def list_absentees(self, number: int, school: School) -> None:
        """The school's own roll call, which opened by itself; an empty list too."""
        desk = school_desk(school)
        rows = await self.play.offices.ask("cases", "/roll-calls", desk=desk, semester=self.days.name)
        path = f"/roll-calls/{rows['rows'][0]['roll_call_id']}"
        absent = self.absent[str(school.school_id)]
        children = [{"child_id": c, "area": self.play.roster[c].village} for c in absent]
        body = {"children": children, "listed_on": today(self.play.agenda.clock).isoformat()}
        await self.play.send("cases", f"{path}/list", body, of=self.of(f"list/{number}"), desk=desk)
        on, lane, opened = self.play.agenda.on, f"school/{number}", self.days.opens_on
        if number in (LATE_SCHOOL, NEVER_SCHOOL):
            self.play.journal["finding D-1.3-rollcall-15"] += 1
        if number == NEVER_SCHOOL:
            return
        on(opened + timedelta(days=10), lane, partial(self.verify, path, school, absent))
        closing = opened + timedelta(days=18 if number == LATE_SCHOOL else 12)
        on(closing, lane, partial(self.close, path, number, school))

    async def verify(self, path: str, school: School, absent: list[str]) -> None:
        for child_id in absent:
            day = today(self.play.agenda.clock).isoformat()
            body = {"child_id": child_id, "cause": self.stories.cause_of(child_id), "verified_on": day}
            of = self.of(f"absence/{self.play.roster[child_id].index}")
            await self.play.send("cases", f"{path}/causes", body, of=of, desk=school_desk(school))

    async def close(self, path: str, number: int, school: School) -> None:
        body = {"closed_on": today(self.play.agenda.clock).isoformat()}
        of = self.of(f"roll-call/{number}")
        await self.play.send("cases", f"{path}/closing", body, of=of, desk=school_desk(school))
        self.play.journal["roll calls closed"] += 1
