"""What becomes of the children that did not come: each case as it went."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from baoxue_shared.clock import today

from baoxue_deploy.simulation.calendar import AUTUMN, SPRING
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, Play, school_desk

CAUSES = ("poverty", "weary_of_school", "learning_difficulty", "left_behind", "distance", "disability")
FOUND = ("父母外出务工，与祖父母同住", "家中缺少劳力", "听不懂课，不愿上学", "离校二十里，无校车")
RETURNING, ASSIGNED_LATE, CHANGED, ENTERED_LATE, IN_ERROR = 0.75, 0.1, 0.2, 0.15, 0.03
GAP = 0.4  # of those whose person changed


@dataclass
class Story:
    """One case on its way; `state` is what the simulation expects cases to say of it."""

    case_id: str
    child_id: str
    school_id: str
    opened_on: date
    cause: str
    random: Random
    source: str
    state: str = "open"


class Stories:
    """All cases of the year, in order of the children."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.all: dict[str, Story] = {}

    def out_of_school(self) -> set[str]:
        """Children whose case is not over."""
        return {story.child_id for story in self.all.values() if story.state != "closed"}

    def absent(self) -> set[str]:
        """Children who are not at school now: their case is neither over nor have they returned."""
        return {story.child_id for story in self.all.values() if story.state not in {"returned", "closed"}}

    def cause_of(self, child_id: str) -> str:
        """Of the child's latest case."""
        return [story.cause for story in self.all.values() if story.child_id == child_id][-1]

    async def take_up(self) -> None:
        """Cases that opened by themselves since the last time."""
        rows = await self.listed()
        new = {row["child_id"]: row for row in rows if row["case_id"] not in self.all}
        for child_id in self.play.in_order(list(new)):
            self._begin(new[child_id])

    async def listed(self) -> list[dict[str, Any]]:
        return await self.play.listed("cases", "/cases")

    def _begin(self, row: dict[str, Any]) -> None:
        random = self.play.random("case", self.play.roster[row["child_id"]].index, row["opened_on"])
        opened_on = date.fromisoformat(row["opened_on"])
        cause = random.choice(CAUSES)
        story = Story(row["case_id"], row["child_id"], row["school_id"], opened_on, cause, random, row["source"])
        self.all[story.case_id] = story
        if random.random() < IN_ERROR:
            self._on(story, 2, self.opened_in_error)
            return
        late = random.random() < ASSIGNED_LATE
        self._missed(late)
        self._on(story, 5 if late else 1, partial(self.assign, number=1))
        self._on(story, 2, self.contact)
        self._on(story, 3, self.visit)
        self._on(story, 4, self.verify_cause)
        if random.random() < CHANGED:
            gap = random.random() < GAP
            self._missed(gap)
            if gap:
                self._on(story, 20, self.release)
            self._on(story, 24 if gap else 20, partial(self.assign, number=2))
        self._persuade(story)

    def _missed(self, missed: bool) -> None:  # noqa: FBT001 - whether the child was without a person
        self.play.journal["finding D-3.2-person-for-child"] += missed

    def _persuade(self, story: Story) -> None:
        refusals = story.random.randint(0, 2)
        for number in range(refusals):
            self._on(story, 10 + 10 * number, partial(self.refuse, number=number))
        if story.random.random() < RETURNING:
            self._on(story, 12 + 10 * refusals, self.come_back)
            self._on(story, 45 + 10 * refusals, self.close)

    def _on(self, story: Story, days: int, act: Any) -> None:  # noqa: ANN401 - an act of this class, bound to a story
        day = story.opened_on + timedelta(days=days)
        self.play.agenda.on(day, f"child/{self.play.roster[story.child_id].index}", partial(act, story))

    async def _act(self, story: Story, room: str, of: str = "", **body: Any) -> None:  # noqa: ANN401
        child = self.play.roster[story.child_id].index
        path, of = f"/cases/{story.case_id}/{room}", f"case/{child}/{story.opened_on}/{room}/{of}"
        await self.play.send("cases", path, body, of=of, desk=school_desk(story.school_id))

    def _today(self) -> date:
        return today(self.play.agenda.clock)

    async def assign(self, story: Story, number: int) -> None:
        person = f"dev:teacher:{number}"
        await self._act(story, "responsible", str(number), person=person, since=self._today().isoformat())

    async def release(self, story: Story) -> None:
        await self._act(story, "responsible/release", until=self._today().isoformat())

    async def contact(self, story: Story) -> None:
        reached = story.random.random() < RETURNING
        await self._act(story, "contacts", reached=reached, attempted_on=self._today().isoformat())

    async def visit(self, story: Story) -> None:
        """Some are entered days after they were made."""
        late = story.random.random() < ENTERED_LATE
        day = story.opened_on + timedelta(days=1 if late else 3)
        happened = {"occurred_at": f"{day}T16:00:00+08:00"} if late else {}
        found = story.random.choice(FOUND)
        await self._act(story, "visits", visited_on=day.isoformat(), found=found, **happened)

    async def verify_cause(self, story: Story) -> None:
        await self._act(story, "causes", cause=story.cause)
        self.play.journal[f"cause {story.cause}"] += 1
        story.state = "verifying"

    async def refuse(self, story: Story, number: int) -> None:
        day = self._today()
        await self._act(story, "persuasions", str(number), outcome="refused", concluded_on=day.isoformat())
        for to in ("county_education", "township_of_residence"):
            report = {"report_number": f"报〔{day.year}〕{number + 1}", "to": to, "delivered_on": day.isoformat()}
            await self._act(story, "reports", f"{number}/{to}", **report)
        story.state = "report_sent"

    async def come_back(self, story: Story) -> None:
        await self._act(story, "return", returned_on=self._today().isoformat())
        if story.source == "check_in_missed":  # others had checked in
            self.play.journal[f"returned {SPRING.name if self._today() >= SPRING.opens_on else AUTUMN.name}"] += 1
        story.state = "returned"

    async def close(self, story: Story) -> None:
        await self._act(story, "closing", outcome="returned", closed_on=self._today().isoformat())
        story.state = "closed"

    async def opened_in_error(self, story: Story) -> None:
        """The child was at school; the list was wrong."""
        path = f"/cases/{story.case_id}/closing"
        body = {"outcome": "opened_in_error", "closed_on": self._today().isoformat()}
        of = f"case/{self.play.roster[story.child_id].index}/{story.opened_on}/error"
        await self.play.send("cases", path, body, of=of, desk=COUNTY_EDUCATION)
        story.state = "closed"
