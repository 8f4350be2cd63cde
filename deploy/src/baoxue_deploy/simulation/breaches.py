"""Placement against the rules, and within them: a redirect, an attempt to turn a child away."""

from datetime import date
from functools import partial

from baoxue_deploy.office import RefusedError
from baoxue_deploy.simulation.people import Child
from baoxue_deploy.simulation.play import Play, school_desk

YEAR = 2025
REDIRECT, TURN_AWAY = date(YEAR, 6, 13), date(YEAR, 8, 20)


class Breaches:
    """In the first spring: a child redirected because the road is unsafe; another one turned away by its school."""

    def __init__(self, play: Play) -> None:
        self.play = play

    def enter(self) -> None:
        """Into the agenda."""
        entrants = [c for c in self.play.people.children if c.grade(YEAR) == 1]
        self.play.agenda.on(REDIRECT, "county", partial(self.redirect, entrants[0]))
        self.play.agenda.on(TURN_AWAY, "county", partial(self.turn_away, entrants[1]))

    async def redirect(self, child: Child) -> None:
        """To the township's neighbour in the list; the notice is issued anew for it."""
        child_id = self.play.ids[child.index]
        placed = await self.play.listed("enrollment", "/placements", year=YEAR)
        (now,) = [row["school_id"] for row in placed if row["child_id"] == child_id]
        others = [s for s in self.play.people.schools if s.stage == "nine_year" and str(s.school_id) != now]
        day = REDIRECT.isoformat()
        entry = {"child_id": child_id, "year": YEAR, "entry": "grade_1", "school_id": str(others[0].school_id)}
        body = {**entry, "ground": "road-unsafe", "detail": "汛期道路中断，临时改派", "redirected_on": day}
        await self.play.send("enrollment", "/placements/redirects", body, of="redirect")
        self.play.journal["redirected"] += 1
        notices = await self.play.listed("enrollment", "/notices", year=YEAR)
        (notice,) = [row["notice_id"] for row in notices if row["child_id"] == child_id]
        again = {"ground": "content-changed", "reissued_on": day, "report_on": date(YEAR, 9, 5).isoformat()}
        await self.play.send("enrollment", f"/notices/{notice}/reissue", again, of="redirect/notice")

    async def turn_away(self, child: Child) -> None:
        """Refused with the clause; the attempt stays on record, and the school answers a finding."""
        child_id = self.play.ids[child.index]
        placed = await self.play.listed("enrollment", "/placements", year=YEAR)
        (school,) = [row["school_id"] for row in placed if row["child_id"] == child_id]
        path, body = f"/children/{child_id}/turning-away", {"reason": "户口不在本村"}
        try:
            await self.play.send("enrollment", path, body, of="turning-away", desk=school_desk(school))
        except RefusedError as refused:
            if "DutyForbidsError" not in str(refused):
                raise
            self.play.journal["turned away"] += 1
            self.play.journal["finding D-2.1-placement-rules"] += 1
