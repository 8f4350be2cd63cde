"""The frame of a spring: publicity of townships, what schools have, summary, plan, follow-up, police's search."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from baoxue_shared.divisions import townships_of

from baoxue_deploy.office import Desk
from baoxue_deploy.simulation.calendar import COUNTY, ENDS
from baoxue_deploy.simulation.people import PRIMARY, School
from baoxue_deploy.simulation.places import FullSchool, distances, stated
from baoxue_deploy.simulation.play import GOVERNMENT, township_desk

if TYPE_CHECKING:
    from baoxue_deploy.simulation.spring import Spring

FORGETFUL_TOWNSHIP, FORGETFUL_YEAR = "220822105", 2026  # makes no plan; the record began in March 2025
CHANNELS = ("walls", "phone", "radio")
POLICE = Desk("police")
AID_SHARE = 4  # one child due in so many needs a living allowance, by the survey


class Frame:
    """Of the spring of one year."""

    def __init__(self, spring: "Spring") -> None:
        self.spring, self.play, self.year = spring, spring.play, spring.year

    def enter(self) -> None:
        """Into the agenda."""
        on, year = self.play.agenda.on, self.year
        forgetful = FORGETFUL_TOWNSHIP if year == FORGETFUL_YEAR else ""
        self.play.journal["finding D-2.1-march-publicity"] += bool(forgetful)
        for n, township in enumerate(townships_of(COUNTY)):
            if township != forgetful:
                on(date(year, 3, 6), f"township/{township}", partial(self.publicity_plan, township))
                day = date(year, 3, 12 + n % 10)
                on(day, f"township/{township}", partial(self.publicity, township, CHANNELS[n % 3], day))
        on(date(year, 3, 20), "county", self.schools)
        on(date(year, 4, 28), "county", self.summary)
        on(date(year, 5, 20), "county", self.plan)
        for n, township in enumerate(townships_of(COUNTY)[:3]):
            on(date(year, 6, 25 + n), "county", partial(self.follow_up, township, date(year, 6, 25 + n)))
        on(date(year, 11, 20), "police", self.search)

    async def publicity_plan(self, township: str) -> None:
        day = date(self.year, 3, 6).isoformat()
        body = {"year": self.year, "township": township, "channels": CHANNELS, "planned_on": day}
        await self.spring.send("/publicity-plans", body, f"publicity-plan/{township}", desk=township_desk(township))

    async def publicity(self, township: str, channel: str, day: date) -> None:
        body = {"year": self.year, "township": township, "channel": channel, "recorded_on": day.isoformat()}
        of = f"publicity/{township}"
        await self.spring.send("/publicity-plans/records", body, of, desk=township_desk(township))

    async def schools(self) -> None:
        full = FullSchool(self.play.people, self.year)
        self.play.journal[f"deviated {self.year}"] += full.displaced
        for school in self.play.people.schools:
            await self._school(school, full)

    async def _school(self, school: School, full: FullSchool) -> None:
        path = f"/zones/{school.school_id}"
        await self.spring.send(f"{path}/distances", distances(school), f"distances/{school.school_id}")
        await self.spring.send(f"{path}/places", stated(school, self.year, full), f"places/{school.school_id}")

    def _due(self) -> list[str]:
        return [c.village[:9] for c in self.spring.children if c.grade(self.year) in {1, PRIMARY + 1}]

    async def summary(self) -> None:
        due = self._due()
        needs = [
            {"township": township, "need": "living-allowance", "children": due.count(township) // AID_SHARE}
            for township in sorted(set(due))
        ]
        body = {"children": len(due), "submitted_on": date(self.year, 4, 28).isoformat(), "aid_needs": needs}
        await self._following(f"/school-years/{self.spring.year_id}/summary", body, "summary")

    async def plan(self) -> None:
        """The full school gets two beds more; what lacks all the same is in the plan."""
        full = FullSchool(self.play.people, self.year).school
        allocations = [{"school_id": str(full.school_id), "what": "beds", "count": 2}]
        body = {"adopted_on": date(self.year, 5, 20).isoformat(), "allocations": allocations}
        path = f"/school-years/{self.spring.year_id}/plan"
        lacks = (await self._following(path, body, "plan", desk=GOVERNMENT))["answer"]["lacks"]
        self.play.journal[f"lacks of places {self.year}"] = FullSchool(self.play.people, self.year).displaced
        self.play.told[f"lacks of places {self.year}"] = lacks.get("places_grade_1", 0)

    async def _following(self, path: str, body: dict[str, Any], of: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """What is reckoned from the read models sees all that came before."""
        at = self.play.offices.positions["enrollment"]
        return await self.spring.send(f"{path}?min_position={at}", body, of, **more)

    async def follow_up(self, township: str, day: date) -> None:
        body = {"year": self.year, "body": township, "progress": "已按计划推进", "followed_up_on": day.isoformat()}
        await self.spring.send("/plans/follow-ups", body, f"follow-up/{township}", desk=GOVERNMENT)
        self.play.journal[f"followed up {self.year}"] += 1

    async def search(self) -> None:
        if date(self.year, 11, 20) > ENDS:
            return
        day = date(self.year, 11, 20).isoformat()
        found = {"not_enrolled": 1, "without_number": 0, "wrong_data": 0}
        body = {"year": self.year, **found, "made_on": day}
        await self.spring.send("/identity-searches", body, "identity-search", desk=POLICE)
