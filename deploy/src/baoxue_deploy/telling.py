"""What the demonstration tells at its end: figures, duties missed, one child's story, and where to look."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.divisions import name_of
from rich.console import Console
from rich.table import Table

from baoxue_deploy.office import Desk
from baoxue_deploy.places import SERVICES, Places, url
from baoxue_deploy.simulation.figures import expected
from baoxue_deploy.simulation.help import NEEDS
from baoxue_deploy.simulation.play import CITY_EDUCATION, Play
from baoxue_deploy.simulation.stories import Stories, Story

SHOWN = 15
AUDITOR = Desk("auditor")


async def tell(console: Console, places: Places, play: Play, stories: Stories, found: Counter[str]) -> bool:
    """Print it and write report.json; True if the services agree with the journal."""
    journal = expected(play, stories)
    agree = +journal == +found
    report = {"seed": play.seed, "children": len(play.people.children), "journal": journal, "services": found}
    places.report.write_text(json.dumps({**report, "agree": agree}, ensure_ascii=False, indent=1), "utf-8")
    console.print(_figures(journal, found))
    console.print(await _missed(play))
    told, story = await _story(play, stories)
    child = told.child_id
    console.print(_replayed(story))
    console.print(f"督导页面 / console: {url('oversight')}/  （登录选 auditor / sign in as auditor）")
    console.print(f"同一个孩子 / the same child: {url('oversight')}/console/children/{child}")
    console.print("接口 / interfaces: " + " ".join(f"{url(service)}/openapi.json" for service in SERVICES))
    console.print(f"回放 / replay: .venv/bin/baoxue-audit history {child}")
    console.print(f"          .venv/bin/baoxue-audit asof {told.case_id} --at {told.opened_on + timedelta(days=5)}")
    console.print("          .venv/bin/baoxue-audit duties --state missed --from-scratch")
    console.print("一致 / agree" if agree else "[red]不一致 / figures disagree[/red]")
    return agree


def _figures(journal: Counter[str], found: Counter[str]) -> Table:
    table = Table("数字 / figure", "日志 / journal", "服务 / services")
    for name in sorted({*journal, *found}):
        style = None if journal[name] == found[name] else "red"
        table.add_row(name, str(journal[name]), str(found[name]), style=style)
    return table


async def _missed(play: Play) -> Table:
    """Duties missed, and by whom, as oversight reckons them."""
    told = await play.offices.ask("oversight", "/duties", desk=CITY_EDUCATION, state="missed", limit=10_000)
    rows = told["rows"]
    names = {str(school.school_id): school.name for school in play.people.schools}
    title = "未履行的职责 {0} 项 / {0} duties missed".format(told["count"])
    table = Table("职责", "承担者", "事项", "期限", "进度", title=title)
    for row in sorted(rows, key=lambda row: str(row["due_on"]))[:SHOWN]:
        bearer = names.get(row["bearer"]) or name_of(row["bearer"])
        term = row["key"].rpartition("=")[2]
        table.add_row(row["duty_id"], bearer, term, row["due_on"], f"{row['done']}/{row['total']}")
    return table


async def _story(play: Play, stories: Stories) -> tuple[Story, list[dict[str, Any]]]:
    """A child that came back, as all four services told it."""
    told = min(stories.all.values(), key=lambda s: (s.state != "closed", s.cause not in NEEDS, s.opened_on, s.case_id))
    story = (await play.offices.ask("oversight", f"/children/{told.child_id}/timeline", desk=AUDITOR))["rows"]
    return told, story


def _replayed(story: list[dict[str, Any]]) -> Table:
    table = Table(
        "记录时间", "发生时间", "服务", "事件", "谁", "条款", title="一个孩子的经过（回放）/ one child, by replay"
    )
    for e in sorted(story, key=lambda e: (e["recorded_at"], list(SERVICES).index(e["publisher"]))):
        times = (_when(e["recorded_at"]), _when(e["occurred_at"]))
        table.add_row(*times, e["publisher"], e["kind"], e["role"], e["clause"] or "—")
    return table


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
