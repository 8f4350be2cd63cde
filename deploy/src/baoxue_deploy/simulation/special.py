"""Children who need a suitable form of schooling: found in May, verified by three offices, enrolled by September."""

from datetime import date
from functools import partial
from typing import Any, NamedTuple

from baoxue_deploy.office import Desk
from baoxue_deploy.simulation.people import Child
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, Play

YEAR = 2025
FEDERATION, JUSTICE = Desk("disabled-federation"), Desk("justice")
FOUND, VERIFIED, RECOMMENDED = date(YEAR, 5, 6), date(YEAR, 5, 12), date(YEAR, 5, 26)
DECIDED, ENROLLED = date(YEAR, 6, 16), date(YEAR, 8, 25)


class Special(NamedTuple):
    """Found by whom, as what; `form`: what county education decides, None if one office never verifies."""

    finder: Desk
    group: str
    form: str | None


STORIES = (
    Special(FEDERATION, "disability", "home-teaching"),
    Special(JUSTICE, "prisoners-child", "ordinary-class"),
    Special(FEDERATION, "disability", None),
)


class SpecialChildren:
    """Entrants of the first spring, the last ones of the list."""

    def __init__(self, play: Play) -> None:
        self.play = play

    def enter(self) -> None:
        """Into the agenda."""
        entrants = [c for c in self.play.people.children if c.grade(YEAR) == 1]
        for child, story in zip(reversed(entrants), STORIES, strict=False):
            on = partial(self.play.agenda.on, lane=f"special/{child.index}")
            on(FOUND, act=partial(self.find, child, story))
            on(VERIFIED, act=partial(self.verify, child, story))
            if story.form is None:  # the federation's own duty, and county education's that rests on it
                self.play.journal["finding D-1.2-special-children"] += 2
                continue
            if story.group == "disability":
                on(RECOMMENDED, act=partial(self.recommend, child, story.form))
            on(DECIDED, act=partial(self.decide, child, story.form))
            on(ENROLLED, act=partial(self.enrol, child))

    async def _send(self, child: Child, room: str, body: dict[str, Any], desk: Desk = COUNTY_EDUCATION) -> None:
        path = f"/special-children/{self.play.ids[child.index]}/{room}"
        await self.play.send("enrollment", path, body, of=f"special/{child.index}/{room}/{desk.role}", desk=desk)

    async def find(self, child: Child, story: Special) -> None:
        body = {"child_id": self.play.ids[child.index], "group": story.group, "found_on": FOUND.isoformat()}
        of = f"special/{child.index}"
        await self.play.send("enrollment", "/special-children", body, of=of, desk=story.finder)

    async def verify(self, child: Child, story: Special) -> None:
        for desk in (COUNTY_EDUCATION, FEDERATION, JUSTICE):
            if story.form is None and desk is FEDERATION:
                continue
            known = desk is story.finder
            detail = "与本部门登记一致" if known else "本部门无登记，无异议"
            body = {"in_register": known, "detail": detail, "verified_on": VERIFIED.isoformat()}
            await self._send(child, "verifications", body, desk)

    async def recommend(self, child: Child, form: str) -> None:
        body = {"form": form, "assessment": "需专人护理，不能到校", "recommended_on": RECOMMENDED.isoformat()}
        await self._send(child, "recommendations", body, FEDERATION)

    async def decide(self, child: Child, form: str) -> None:
        """At the school where it is placed: on that school's register, whatever the form."""
        child_id = self.play.ids[child.index]
        placed = await self.play.listed("enrollment", "/placements", year=YEAR)
        (school,) = [row["school_id"] for row in placed if row["child_id"] == child_id]
        body = {"form": form, "school_id": school, "ground": "三方核实，就近安排", "decided_on": DECIDED.isoformat()}
        await self._send(child, "form", body)
        self.play.journal["forms decided"] += 1

    async def enrol(self, child: Child) -> None:
        await self._send(child, "enrolment", {"grade": 1, "year": YEAR})
