"""What the demonstration tells at its end: figures, duties missed, one child's story, and where to look."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from baoxue_shared.clock import SHANGHAI
from rich.console import Console
from rich.table import Table

from baoxue_deploy.places import SERVICES, Places, url
from baoxue_deploy.simulation.figures import expected
from baoxue_deploy.simulation.play import Play
from baoxue_deploy.simulation.stories import Stories


async def tell(console: Console, places: Places, play: Play, stories: Stories, found: Counter[str]) -> bool:
    """Print it and write report.json; True if the services agree with the journal."""
    journal = expected(play, stories)
    agree = +journal == +found
    report = {"seed": play.seed, "children": len(play.people.children), "journal": journal, "services": found}
    places.report.write_text(json.dumps({**report, "agree": agree}, ensure_ascii=False, indent=1), "utf-8")
    console.print(_figures(journal, found))
    story = await _story(play, stories)
    console.print(_replayed(story))
    console.print("接口 / interfaces: " + " ".join(f"{url(service)}/openapi.json" for service in SERVICES))
    console.print(f"回放 / replay: .venv/bin/baoxue-audit history {story[0]['id']}")
    console.print("一致 / agree" if agree else "[red]不一致 / figures disagree[/red]")
    return agree


def _figures(journal: Counter[str], found: Counter[str]) -> Table:
    table = Table("数字 / figure", "日志 / journal", "服务 / services")
    for name in sorted({*journal, *found}):
        style = None if journal[name] == found[name] else "red"
        table.add_row(name, str(journal[name]), str(found[name]), style=style)
    return table


async def _story(play: Play, stories: Stories) -> list[dict[str, Any]]:
    cases = await stories.listed()
    closed = [case for case in cases if case["state"] == "closed"] or cases
    story: list[dict[str, Any]] = await play.offices.ask("cases", f"/history/{closed[0]['case_id']}")
    return story


def _replayed(story: list[dict[str, Any]]) -> Table:
    table = Table("记录时间", "发生时间", "事件", "谁", "条款", title="一个孩子的经过（回放）/ one child, by replay")
    for e in story:
        event = e["event"].rpartition(".")[2]
        table.add_row(_when(e["recorded_at"]), _when(e["occurred_at"]), event, e["role"], e["clause"] or "—")
    return table


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
