"""March to September: registers in, survey, plan, placement, notices, check-in, through the interfaces."""

import asyncio
from collections import Counter
from datetime import date
from typing import Any

from baoxue_deploy.conductor import Conductor
from baoxue_deploy.office import COUNTY, GOVERNMENT, Desk, Offices
from baoxue_deploy.world import GRADES, TOWNSHIPS, YEAR, County

COUNTY_CODE = "220822"
SEMESTER = "2025-autumn"
REPORT_ON = date(2025, 9, 5)
ABSENT_ONE_IN = 20


class Year:
    """One county's year in enrollment; `journal` is what the simulation did."""

    def __init__(self, county: County, conductor: Conductor, offices: Offices, seed: int) -> None:
        self.county, self.conductor, self.offices = county, conductor, offices
        self._seed, self._step = seed, 0
        self.journal: Counter[str] = Counter()
        self.absent: set[str] = set()

    async def send(self, path: str, body: dict[str, Any] | bytes, desk: Desk = COUNTY) -> dict[str, Any]:
        self._step += 1
        request_id = f"year/{self._seed}/{self._step}"
        return await self.offices.send("enrollment", path, body, request_id=request_id, desk=desk)

    async def march(self) -> None:
        await self.conductor.advance(date(2025, 3, 3))
        self.year_id = (await self.send("/school-years", {"year": YEAR}))["id"]
        for school in self.county.schools:
            zone = {"school_id": str(school.school_id), "name": school.name, "stage": "nine_year", "kind": "central"}
            await self.send("/zones", {**zone, "township": school.township, "villages": [school.township]})
        study = {"held_on": "2025-03-03", "departments": 7}
        await self.send(f"/school-years/{self.year_id}/study", study, GOVERNMENT)

    async def april(self) -> None:
        await self.conductor.advance(date(2025, 4, 1))
        imported = await self.send("/registers/households", self.county.household_register())
        self.journal["children"] = len(self.county.children)
        if imported["answer"]["refused"] != 1 or "错误原因" not in imported["errors"]:
            raise AssertionError(imported)
        await self.conductor.settle()
        await self.send(f"/registers/pupils?year={YEAR - 1}", self.county.pupil_register())
        for code in TOWNSHIPS:
            await self._survey(code)
        summary = {"children": len(self.county.children), "submitted_on": "2025-04-28"}
        await self.conductor.advance(date(2025, 4, 28))
        await self.send(f"/school-years/{self.year_id}/summary", summary)

    async def _survey(self, township: str) -> None:
        desk = Desk("township", area=township)
        year = {"year": YEAR, "township": township}
        await self.send("/surveys", {**year, "opened_on": "2025-04-01"}, desk)
        households = [row["household_id"] for row in await self._all("/households", desk, year=YEAR)]
        survey = {"year": YEAR, "surveyed_on": "2025-04-15", "households": households}
        await self.send("/household-surveys", survey, desk)
        await self.conductor.settle()
        await self.send("/surveys/closings", {**year, "closed_on": "2025-04-24"}, desk)
        self.journal["surveyed"] += len(households)

    async def _all(self, path: str, desk: Desk = COUNTY, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        rows: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            after = {"after": page["next"]} if page["next"] else {}
            page = await self.offices.ask("enrollment", path, desk=desk, **query, **after)
            rows += page["rows"]
        return rows

    async def summer(self) -> None:
        await self.conductor.advance(date(2025, 5, 20))
        await self.send(f"/school-years/{self.year_id}/plan", {"adopted_on": "2025-05-20"}, GOVERNMENT)
        await self.conductor.advance(date(2025, 6, 10))
        due = {"year": YEAR, "area": COUNTY_CODE}
        await self.send("/placements/proposals", due)
        await self.conductor.settle()
        await self.send("/notices/issuing", {**due, "report_on": REPORT_ON.isoformat()})
        entrants = sum(child.grade in {0, 6} for child in self.county.children)
        self.journal["issued"] = self.journal["served"] = entrants
        notices = [row["notice_id"] for row in await self._all("/notices", year=YEAR)]
        await self.conductor.advance(date(2025, 7, 1))
        served = {"method": "in_hand", "served_on": "2025-07-01", "notices": notices}
        await self.send("/notices/services", served)

    async def september(self) -> None:
        await self.conductor.advance(date(2025, 9, 1))
        days = {"opens_on": "2025-09-01", "report_on": REPORT_ON.isoformat(), "midpoint_on": "2025-11-07"}
        opening = {"semester": SEMESTER, **days, "ends_on": "2026-01-16"}
        await self.send(f"/school-years/{self.year_id}/semesters", opening)
        await self.conductor.settle()
        await self.send("/pupils/expectations", {"semester": SEMESTER})
        self.journal["pupils_expected"] = sum(child.grade < GRADES for child in self.county.children)
        await asyncio.gather(*(self._check_in(str(school.school_id)) for school in self.county.schools))
        await self.conductor.advance(date(2025, 9, 8))

    async def _check_in(self, school_id: str) -> None:
        desk = Desk("school", school=school_id)
        pupils = sorted(await self._all("/pupils", desk, semester=SEMESTER), key=lambda p: (p["grade"], p["child_id"]))
        absent = {pupil["child_id"] for pupil in pupils[::ABSENT_ONE_IN]}
        here = [pupil["child_id"] for pupil in pupils if pupil["child_id"] not in absent]
        await self.send("/check-ins", {"semester": SEMESTER, "checked_in_on": "2025-09-01", "children": here}, desk)
        self.absent |= absent
        self.journal["pupils_checked_in"] += len(here)
        self.journal["check_ins_missed"] += len(absent)
