"""The demonstration: a county from March to October, through the public interfaces, checked against its own journal."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
from baoxue_shared.clock import SharedClock
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from baoxue_deploy.autumn import Autumn
from baoxue_deploy.conductor import Conductor
from baoxue_deploy.office import Offices
from baoxue_deploy.places import SERVICES, Places, url
from baoxue_deploy.world import YEAR, County
from baoxue_deploy.year import SEMESTER, Year

console = Console(emoji=False)
FIGURES = ("children", "surveyed", "issued", "served", "pupils_expected", "pupils_checked_in", "check_ins_missed")
ATONCE = 32
Chapter = Callable[[], Awaitable[None]]


async def play(places: Places, seed: int, children: int) -> bool:
    """True if the services' figures agree with the journal."""
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        offices = Offices(client)
        conductor = Conductor(SharedClock(places.clock), offices)
        year = Year(County(seed, children), conductor, offices, seed)
        autumn = Autumn(offices, seed)
        chapters: tuple[tuple[str, Chapter], ...] = (
            ("三月 部署", year.march),
            ("四月 排查", year.april),
            ("夏季 通知书", year.summer),
            ("九月 报到", year.september),
            ("秋季 劝返", lambda: _cases(offices, autumn, conductor)),
        )
        with Progress(console=console) as progress:
            task = progress.add_task("2025", total=len(chapters))
            for name, chapter in chapters:
                progress.update(task, description=name)
                await chapter()
                progress.advance(task)
        year.journal["pupils_checked_in"] += autumn.states["closed"]  # who returned is at school again
        journal = {**year.journal, **{f"case {state}": n for state, n in autumn.states.items()}}
        reported = await _figures(offices)
        story = await _story(offices)
    agree = reported == journal
    _tell(places, journal, reported, story, agree=agree)
    return agree


async def _pages(offices: Offices) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    while page := await offices.ask("cases", "/cases", after=cases[-1]["case_id"] if cases else ""):
        cases += page
    return cases


async def _cases(offices: Offices, autumn: Autumn, conductor: Conductor) -> None:
    limit = asyncio.Semaphore(ATONCE)

    async def live(number: int, case: dict[str, Any]) -> None:
        async with limit:
            await autumn.live(number, case)

    await asyncio.gather(*(live(number, case) for number, case in enumerate(await _pages(offices))))
    await conductor.advance(date(2025, 10, 31))


async def _figures(offices: Offices) -> dict[str, int]:
    rows = await offices.ask("enrollment", "/figures", year=YEAR, semester=SEMESTER)
    townships = rows["rows"] if isinstance(rows, dict) else rows
    figures = {name: sum(row[name] for row in townships) for name in FIGURES}
    return figures | Counter(f"case {case['state']}" for case in await _pages(offices))


async def _story(offices: Offices) -> list[dict[str, Any]]:
    case = (await offices.ask("cases", "/cases", state="closed") or await offices.ask("cases", "/cases"))[0]
    story: list[dict[str, Any]] = await offices.ask("cases", f"/history/{case['case_id']}")
    return story


def _tell(
    places: Places, journal: dict[str, int], reported: dict[str, int], story: list[dict[str, Any]], *, agree: bool
) -> None:
    report = {"journal": journal, "services": reported, "agree": agree}
    places.report.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    figures = Table("数字 / figure", "日志 / journal", "服务 / services")
    for name in sorted({*journal, *reported}):
        figures.add_row(name, str(journal.get(name, 0)), str(reported.get(name, 0)))
    console.print(figures)
    replayed = Table("记录时间", "发生时间", "事件", "谁", "条款", title="一个孩子的经过（回放）/ one child, by replay")
    for e in story:
        event = e["event"].rpartition(".")[2]
        replayed.add_row(e["recorded_at"][:16], e["occurred_at"][:16], event, e["role"], e["clause"] or "—")
    console.print(replayed)
    console.print("接口 / interfaces: " + " ".join(f"{url(service)}/openapi.json" for service in SERVICES))
    console.print(f"回放 / replay: .venv/bin/baoxue-audit history {story[0]['id']}")
    console.print("一致 / agree" if agree else "[red]不一致 / figures disagree[/red]")
