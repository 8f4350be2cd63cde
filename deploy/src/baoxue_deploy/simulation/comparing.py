"""Registers compared: population registers in April, rolls in March and September, dropouts with the poor."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from baoxue_shared.clock import today

from baoxue_deploy.office import Body
from baoxue_deploy.simulation.calendar import AUTUMN, COUNTY, SPRING
from baoxue_deploy.simulation.checks import Checks
from baoxue_deploy.simulation.people import COMPULSORY, Child, School, id_number
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, GOVERNMENT, Play, school_desk, township_desk
from baoxue_deploy.simulation.registers import (
    DAYS,
    Changed,
    attendance_roll,
    household_register,
    migrant,
    poor_register,
    pupil_export,
    residence_permits,
)

MISSING, STRANGERS, MARKED = 3, 2, 2
NONE = ("matched", "not-of-age", "dropout-not-poor", "poor-of-age")  # outcomes that are no difference
EXPLAINED = "已核实：省平台学籍在办，学校已补录"


class Comparing:
    """Each run with its differences, most of them followed to their end."""

    def __init__(self, play: Play, checks: Checks) -> None:
        self.play, self.checks = play, checks
        self._open: set[str] = set()  # townships with a difference that nobody settles

    def enter(self) -> None:
        """Into the agenda."""
        on = self.play.agenda.on
        for year in (2025, 2026):
            on(date(year, 4, 3), "county", partial(self.households, year))
            on(date(year, 3, 23), "county", partial(self.rolls, year, year - 1))
        on(date(2025, 9, 25), "county", partial(self.rolls, 2025, 2025))
        on(date(2025, 10, 15), "county", self.mark)
        on(date(2025, 10, 20), "county", self.poor)

    async def _run(self, kind: str, year: int, files: Body) -> dict[str, Any]:
        day = today(self.play.agenda.clock)
        query = f"kind={kind}&year={year}&settle_by={day + timedelta(days=14)}"
        at = self.play.offices.positions["enrollment"]
        path = f"/reconciliations?{query}&min_position={at}"
        answer: dict[str, Any] = (await self.play.send("enrollment", path, files, of=f"{kind}/{day}"))["answer"]
        self.play.journal["reconciliations"] += 1
        found = sum(n for outcome, n in answer["counts"].items() if outcome not in NONE)
        self.play.journal["differences"] += found
        return answer

    async def _differences(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        rows = await self.play.listed("enrollment", f"/reconciliations/{run['run_id']}/differences")
        return sorted(rows, key=lambda row: (row["outcome"], row["left_row"], row["right_row"]))

    async def _settle(self, rows: Iterable[dict[str, Any]], how: str, run: str) -> None:
        day = today(self.play.agenda.clock).isoformat()
        body = {"how": how, "detail": EXPLAINED, "settled_on": day}
        for row in rows:
            of = f"settled/{run}/{row['outcome']}/{row['left_row']}/{row['right_row']}"
            desk = {"school": school_desk(row["school_id"] or ""), "township": township_desk(row["area"][:9])}
            path = f"/differences/{row['difference_id']}/settlement"
            await self.play.send("enrollment", path, body, of=of, desk=desk.get(row["owner"], COUNTY_EDUCATION))
            self.play.journal["differences settled"] += 1

    async def households(self, year: int) -> None:
        """Of the household register that came in on the first; the export of the last school year."""
        random = self.play.random("export", year)
        children = [c for c in self.play.people.children if c.enters <= year]
        pupils = [c for c in children if 1 <= c.grade(year - 1) <= COMPULSORY and c.id_number]
        odd = random.sample(pupils, MISSING + 1)
        wrong = odd.pop()
        numbers = {wrong.index: id_number(random, wrong.born_on)}
        school = self.play.people.schools[0].name
        born = date(year - 10, 5, 5)
        strangers = [[f"外县生{n}", id_number(random, born), born.isoformat(), school, "3"] for n in range(STRANGERS)]
        changed = Changed({c.index for c in odd}, numbers, strangers)
        files = [
            ("household", household_register(children)),
            ("pupil", pupil_export(self.play.people, year - 1, changed)),
        ]
        if any(map(migrant, children)):
            files.append(("residence_permit", residence_permits(children)))
        run = await self._run("household_pupil", year - 1, files)
        on = self.play.agenda.on
        on(date(year, 4, 15), "county", partial(self.settle_households, year, run))
        covered = sorted({c.village[:9] for c in children})
        for township in covered:
            on(date(year, 4, 25), f"township/{township}", partial(self.close, year, run, township))
        on(date(year, 4, 27), "county", partial(self.close, year, run, COUNTY))

    async def settle_households(self, year: int, run: dict[str, Any]) -> None:
        """In the second year one stays open: its township cannot close the run, nor can the county."""
        rows = await self._differences(run)
        candidates = [row for row in rows if row["outcome"] == "candidate"]
        await self._settle(candidates, "same-person", str(year))
        others = [row for row in rows if row["outcome"] != "candidate"]
        kept = [row for row in others if row["outcome"] == "not-on-pupil-register"][: year == SPRING.opens_on.year]
        self._open = {row["area"][:9] for row in kept}
        migrants = [c for c in self.play.people.children if c.enters <= year and migrant(c)]
        if kept:  # a duty for each register that came in: the county's, and the township's if it covers it
            here = any(c.village[:9] in self._open for c in migrants)
            self.play.journal["finding D-1.3-know-all"] += 2 + bool(migrants) + here
        await self._settle([row for row in others if row not in kept], "explained", str(year))

    async def close(self, year: int, run: dict[str, Any], area: str) -> None:
        if area in self._open or (area == COUNTY and self._open):
            return
        body = {"closed_on": today(self.play.agenda.clock).isoformat()}
        at = self.play.offices.positions["enrollment"]
        path = f"/reconciliations/{run['run_id']}/closing?min_position={at}"
        desk = GOVERNMENT if area == COUNTY else township_desk(area)
        await self.play.send("enrollment", path, body, of=f"closed/{year}/{area}", desk=desk)
        self.play.journal["reconciliations closed"] += 1

    async def rolls(self, calendar_year: int, year: int) -> None:
        """All schools' rolls of the month; before the first registers came in everybody was there."""
        semester = AUTUMN.name if calendar_year == year else SPRING.name
        entries = await self._entries(semester) if self.play.roster else self._everybody(year)
        export = pupil_export(self.play.people, year, Changed())
        files: Body = [("pupil", export), ("attendance", attendance_roll(entries))]
        run = await self._run("pupil_attendance", year, files)
        days = today(self.play.agenda.clock) + timedelta(days=3)
        self.play.agenda.on(days, "county", partial(self.settle_rolls, run, semester))

    def _everybody(self, year: int) -> list[tuple[Child, School, int, int]]:
        pupils = [(c, c.grade(year)) for c in self.play.people.children if 1 <= c.grade(year) <= COMPULSORY]
        return [(c, self.play.people.school_of(c, grade), DAYS, 0) for c, grade in pupils]

    async def _entries(self, semester: str) -> list[tuple[Child, School, int, int]]:
        """One pupil is at a school that is not its own, one at two."""
        schools = {str(s.school_id): s for s in self.play.people.schools}
        rows = {r["child_id"]: r for r in await self.play.listed("enrollment", "/pupils", semester=semester)}
        out = self.checks.stories.absent()
        here = [c for c in self.play.in_order(list(rows)) if c not in out]
        entries = [(self.play.roster[c], schools[rows[c]["school_id"]], DAYS, 0) for c in here]
        child, own, *_ = entries[10]
        elsewhere = next(s for s in self.play.people.schools if s.stage == "nine_year" and s != own)
        twice, at, *_ = entries[20]
        second = next(s for s in self.play.people.schools if s.stage == "nine_year" and s != at)
        return [*entries[:10], (child, elsewhere, DAYS, 0), *entries[11:], (twice, second, DAYS, 0)]

    async def settle_rolls(self, run: dict[str, Any], semester: str) -> None:
        """Who is out of school has a case; in spring the pupil taught elsewhere stays open."""
        rows = await self._differences(run)
        absent = [row for row in rows if row["outcome"] == "on-register-not-at-school"]
        await self._settle(absent, "explained", semester)
        twice = [row for row in rows if row["outcome"] == "at-two-schools"]
        await self._settle(twice, "corrected", semester)
        if semester == AUTUMN.name:
            elsewhere = [row for row in rows if row["outcome"] == "taught-elsewhere"]
            await self._settle(elsewhere, "explained", semester)

    async def mark(self) -> None:
        """Two dropouts are marked in the register."""
        for child_id in self.play.in_order(list(self.checks.stories.absent()))[:MARKED]:
            day, of = today(self.play.agenda.clock).isoformat(), f"marked/{self.play.roster[child_id].index}"
            await self.play.send("enrollment", f"/pupils/{child_id}/dropout-mark", {"marked_on": day}, of=of)
            self.checks.marked.add(child_id)

    async def poor(self) -> None:
        """Dropouts against the list of poor households; somebody on it whom nobody has registered stays open."""
        random = self.play.random("poor")
        stranger = ["未登记童", id_number(random, date(2014, 3, 3)), "220822100201", "监测对象"]
        run = await self._run("dropout_poor", AUTUMN.year, [("poor", poor_register(self.play.people, stranger))])
        rows = [row for row in await self._differences(run) if row["outcome"] == "poor-dropout"]
        await self._settle(rows, "explained", "poor")
