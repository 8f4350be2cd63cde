"""The demonstration: an autumn of dropout cases, through the public interfaces, checked against its own journal."""

import asyncio
import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import httpx
from baoxue_shared.clock import SharedClock, shanghai
from rich.console import Console
from rich.progress import track
from rich.table import Table

from baoxue_deploy.office import Offices
from baoxue_deploy.places import Places, url
from baoxue_deploy.world import Truant, truants

CLOSED_ON = date(2025, 10, 31)
console = Console(emoji=False)


class Journal:
    """What the simulation did, kept apart from the services."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.acknowledged = 0
        self.positions: set[int] = set()
        self.last = 0

    def note(self, answer: dict[str, Any]) -> None:
        self.acknowledged += 1
        self.last = max(self.last, int(answer["position"]))


class Autumn:
    """One child after the other in time, many at once in between."""

    def __init__(self, offices: Offices, seed: int) -> None:
        self._offices, self._seed = offices, seed
        self.journal = Journal()

    async def send(self, truant: Truant, step: str, path: str, body: dict[str, Any]) -> str:
        answer = await self._offices.send(
            "cases",
            path,
            body,
            request_id=f"demo/{self._seed}/{truant.child_id}/{step}",
            role="school",
            school=str(truant.school_id),
        )
        self.journal.note(answer)
        return str(answer["id"])

    async def live(self, truant: Truant) -> None:
        """From the first missed day to the end, as it went for this child."""
        day = truant.opened_on
        known = {"child_id": str(truant.child_id), "school_id": str(truant.school_id), "area": truant.village}
        opening = {**known, "source": "roll_call", "opened_on": day.isoformat()}
        case = await self.send(truant, "open", "/cases", opening)
        at = f"/cases/{case}"
        person = {"person": f"dev:teacher:{truant.school_id}", "since": (day + timedelta(days=1)).isoformat()}
        await self.send(truant, "responsible", f"{at}/responsible", person)
        visited = {"visited_on": (day + timedelta(days=2)).isoformat(), "found": truant.found}
        await self.send(truant, "visit", f"{at}/visits", visited)
        await self.send(truant, "cause", f"{at}/causes", {"cause": truant.cause})
        await self._persuade(truant, at, day + timedelta(days=5))

    async def _persuade(self, truant: Truant, at: str, day: date) -> None:
        for number in range(truant.refusals):
            concluded = {"outcome": "refused", "concluded_on": day.isoformat()}
            await self.send(truant, f"persuasion-{number}", f"{at}/persuasions", concluded)
            for to in ("county_education", "township_of_residence"):
                report = {"report_number": f"报〔2025〕{number + 1}", "to": to, "delivered_on": day.isoformat()}
                await self.send(truant, f"report-{number}-{to}", f"{at}/reports", report)
            day += timedelta(days=7)
        if not truant.returns:
            self.journal.states["report_sent" if truant.refusals else "verifying"] += 1
            return
        await self.send(truant, "return", f"{at}/return", {"returned_on": day.isoformat()})
        closing = {"outcome": "returned", "closed_on": CLOSED_ON.isoformat()}
        await self.send(truant, "close", f"{at}/closing", closing)
        self.journal.states["closed"] += 1


async def play(places: Places, seed: int, children: int) -> bool:
    """True if the services' figures agree with the journal."""
    clock = SharedClock(places.clock)
    people = truants(seed, children)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        offices = Offices(client)
        autumn = Autumn(offices, seed)
        days = sorted({truant.opened_on for truant in people})
        for day in track(days, "2025 年秋季学期 / autumn 2025", console=console):
            clock.set(max(clock.now(), shanghai(day, 9)))
            await asyncio.gather(*(autumn.live(truant) for truant in people if truant.opened_on == day))
        reported = await _figures(offices, autumn.journal.last)
        story = await _story(offices, people[0])
    agree = reported == dict(autumn.journal.states)
    _tell(places, autumn.journal, reported, story, agree=agree)
    return agree


async def _figures(offices: Offices, position: int) -> dict[str, int]:
    states: Counter[str] = Counter()
    after = ""
    while page := await offices.ask("cases", "/cases", after=after, min_position=position):
        states.update(case["state"] for case in page)
        after = page[-1]["case_id"]
    return dict(states)


async def _story(offices: Offices, truant: Truant) -> list[dict[str, Any]]:
    page = await offices.ask("cases", "/cases")
    case = next((c for c in page if c["child_id"] == str(truant.child_id)), page[0])
    story: list[dict[str, Any]] = await offices.ask("cases", f"/history/{case['case_id']}")
    return story


def _tell(
    places: Places, journal: Journal, reported: dict[str, int], story: list[dict[str, Any]], *, agree: bool
) -> None:
    report = {"acknowledged": journal.acknowledged, "journal": dict(journal.states), "services": reported}
    places.report.write_text(json.dumps({**report, "agree": agree}, ensure_ascii=False, indent=1), "utf-8")
    figures = Table("个案状态 / state", "日志 / journal", "服务 / services", title="数字 / figures")
    for state in sorted({*journal.states, *reported}):
        figures.add_row(state, str(journal.states[state]), str(reported.get(state, 0)))
    console.print(figures)
    replayed = Table("记录时间", "事件", "谁", "条款", title="一个孩子的经过（回放）/ one child's story, by replay")
    for e in story:
        replayed.add_row(e["recorded_at"][:16], e["event"], e["actor"], e["clause"] or "—")
    console.print(replayed)
    console.print(
        f"接口 / interfaces: {url('cases')}/openapi.json   回放 / replay: baoxue-audit history {story[0]['id']}"
    )
    console.print("一致 / agree" if agree else "[red]不一致 / figures disagree[/red]")
