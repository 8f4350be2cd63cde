"""The services' own figures, under the names of the simulation's journal."""

from collections import Counter
from datetime import date
from typing import Any

from baoxue_deploy.simulation.calendar import ENDS, SEMESTERS
from baoxue_deploy.simulation.help import NEEDS
from baoxue_deploy.simulation.play import CITY_EDUCATION, GOVERNMENT, Play
from baoxue_deploy.simulation.stories import Stories

YEARS = (2025, 2026)
MONTHS = [*(f"2025-{m:02}" for m in range(9, 13)), *(f"2026-{m:02}" for m in range(1, 8))]
HEARD = ("children", "notices_issued", "notices_served", "cases_opened", "plans_opened", "payments", "paid_fen")
SILENT = ("returned", "payments wanted", "payments refused", "roll calls")  # told nowhere as a figure


async def reported(play: Play, stories: Stories) -> Counter[str]:
    """What enrollment, cases, aid and oversight say."""
    found = Counter(play.told)
    await _placements(play, found)
    for year in YEARS:
        rows = await _enrollment(play, year=year)
        found["children"] = sum(row.get("children", 0) for row in rows)
        for name in ("surveyed", "confirmed", "issued", "served"):
            found[f"{name} {year}"] = sum(row.get(name, 0) for row in rows)
    for days in SEMESTERS:
        rows = await _enrollment(play, year=days.year, semester=days.name)
        found[f"expected {days.name}"] = sum(row.get("pupils_expected", 0) for row in rows)
        found[f"checked in {days.name}"] = sum(row.get("pupils_checked_in", 0) for row in rows)
    await _compared(play, found)
    cases = await stories.listed()
    found.update(f"case {case['state']}" for case in cases)
    found.update(f"cause {case['cause']}" for case in cases if case["cause"])
    await _aid(play, found)
    await _oversight(play, found)
    return found


async def _placements(play: Play, found: Counter[str]) -> None:
    """What went otherwise than by zone, and what the plan's follow-up says."""
    for year in YEARS:
        placed = await play.listed("enrollment", "/placements", year=year)
        found[f"deviated {year}"] = sum(row["reason"] == "zone-full" for row in placed)
        found["redirected"] += sum(row["ground"] is not None for row in placed)
        ups = await play.listed("enrollment", "/follow-ups", year=year, desk=GOVERNMENT)
        found[f"followed up {year}"] = len(ups)
    special = await play.listed("enrollment", "/special-children")
    found["forms decided"] = sum(row["decided_on"] is not None for row in special)
    found["turned away"] = len(await play.listed("enrollment", "/refused-admissions"))


async def _compared(play: Play, found: Counter[str]) -> None:
    """Runs, what they found and what of it is settled; checks of the register month by month."""
    for run in await play.listed("enrollment", "/reconciliations"):
        told = await play.offices.ask("enrollment", f"/reconciliations/{run['run_id']}")
        found["reconciliations"] += 1
        found["differences"] += sum(one["open"] + one["settled"] for one in told["differences"].values())
        found["differences settled"] += sum(one["settled"] for one in told["differences"].values())
        found["reconciliations closed"] += len(told["closings"])
    for month in MONTHS:
        found["register checks"] += len(await play.listed("enrollment", "/register-checks", month=month))
        absences = await play.listed("enrollment", "/register-checks/absentees", month=month)
        found["absences verified"] += sum(one["cause"] is not None for one in absences)


async def _aid(play: Play, found: Counter[str]) -> None:
    measures = await play.listed("aid", "/measures", desk=CITY_EDUCATION)
    found["measures approved"] = sum(m["state"] != "proposed" for m in measures)
    found["payments"] = sum(m["state"] == "paid" for m in measures)
    funds = (await play.offices.ask("aid", "/funds"))["rows"]
    found["paid fen"] = sum(fund["paid"] for fund in funds)


async def _oversight(play: Play, found: Counter[str]) -> None:
    """Findings by duty, and what oversight counted from the contracts that it heard."""
    found.update(f"finding {f['duty_id']}" for f in await play.listed("oversight", "/findings", desk=CITY_EDUCATION))
    whole = (await play.offices.ask("oversight", "/figures", desk=CITY_EDUCATION))["whole"]
    found["bulletins"] = len(await play.listed("oversight", "/bulletins", desk=CITY_EDUCATION))
    for name in HEARD:
        found[f"heard {name}"] = whole[name]


async def _enrollment(play: Play, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    rows: list[dict[str, Any]] = (await play.offices.ask("enrollment", "/figures", **query))["rows"]
    return rows


def expected(play: Play, stories: Stories) -> Counter[str]:
    """The journal, and how the stories stand."""
    done = play.journal
    journal = Counter({name: n for name, n in done.items() if not name.startswith(SILENT)})
    for days in SEMESTERS:  # who returned counts as checked in
        journal[f"checked in {days.name}"] += done[f"returned {days.name}"]
    for year in YEARS:  # whoever has no served notice by 30 September leaves the county's duty undone
        undone = date(year, 9, 30) < ENDS and done[f"served {year}"] < done[f"issued {year}"]
        journal["finding D-2.1-notices"] += undone
    heard = {
        "children": done["children"],
        "notices_issued": sum(done[f"issued {year}"] for year in YEARS),
        "notices_served": sum(done[f"served {year}"] for year in YEARS),
        "cases_opened": len(stories.all),
        "plans_opened": sum(done[f"cause {cause}"] for cause in NEEDS),
        "payments": done["payments"],
        "paid_fen": done["paid fen"],
    }
    journal.update({f"heard {name}": number for name, number in heard.items()})
    return journal + Counter(f"case {story.state}" for story in stories.all.values())
