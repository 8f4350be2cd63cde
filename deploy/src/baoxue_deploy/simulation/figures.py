"""The services' own figures, under the names of the simulation's journal."""

from collections import Counter
from typing import Any

from baoxue_deploy.simulation.calendar import SEMESTERS
from baoxue_deploy.simulation.play import Play
from baoxue_deploy.simulation.stories import Stories

YEARS = (2025, 2026)


async def reported(play: Play, stories: Stories) -> Counter[str]:
    """What enrollment, cases, aid and oversight say."""
    found: Counter[str] = Counter()
    for year in YEARS:
        rows = await _enrollment(play, year=year)
        found["children"] = sum(row.get("children", 0) for row in rows)
        for name in ("surveyed", "confirmed", "issued", "served"):
            found[f"{name} {year}"] = sum(row.get(name, 0) for row in rows)
    for days in SEMESTERS:
        rows = await _enrollment(play, year=days.year, semester=days.name)
        found[f"expected {days.name}"] = sum(row.get("pupils_expected", 0) for row in rows)
        found[f"checked in {days.name}"] = sum(row.get("pupils_checked_in", 0) for row in rows)
    cases = await stories.listed()
    found.update(f"case {case['state']}" for case in cases)
    found.update(f"cause {case['cause']}" for case in cases if case["cause"])
    return found


async def _enrollment(play: Play, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    rows: list[dict[str, Any]] = (await play.offices.ask("enrollment", "/figures", **query))["rows"]
    return rows


def expected(play: Play, stories: Stories) -> Counter[str]:
    """The journal, and how the stories stand."""
    journal = Counter({name: n for name, n in play.journal.items() if not name.startswith("returned")})
    for days in SEMESTERS:  # who returned counts as checked in
        journal[f"checked in {days.name}"] += play.journal[f"returned {days.name}"]
    return journal + Counter(f"case {story.state}" for story in stories.all.values())
