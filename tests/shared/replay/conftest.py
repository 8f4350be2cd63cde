"""An audited case on both stores, and the auditor's program on it."""

import json
from datetime import date
from uuid import uuid4

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.replay.command import main
from baoxue_shared.testing.serving import VILLAGE, serving
from typer.testing import CliRunner


@pytest.fixture
async def audited(address, tmp_path, issuer):
    """A case: opened on the 2nd; a visit of the 3rd entered on the 9th; a cause on the 5th."""
    place = address("cases")
    school, child = str(uuid4()), str(uuid4())
    async with serving("cases", place, tmp_path, issuer) as served:
        opening = {"child_id": child, "school_id": school, "area": VILLAGE, "source": "public_report"}
        case = await served.send("/cases", {**opening, "opened_on": "2025-09-02"}, "county-education")
        served.clock.instant = shanghai(date(2025, 9, 5), 9)
        await served.send(f"/cases/{case['id']}/causes", {"cause": "poverty"}, "county-education")
        served.clock.instant = shanghai(date(2025, 9, 9), 9)
        visit = {"visited_on": "2025-09-03", "found": "张三的家", "occurred_at": "2025-09-03T16:00:00+08:00"}
        await served.send(f"/cases/{case['id']}/visits", visit, "school", school=school)

    def run(*arguments, form="json"):
        result = CliRunner().invoke(main, [*arguments, "--store", f"cases={place}", "--format", form])
        run.stdout, run.stderr = result.stdout, result.stderr
        told = json.loads(result.stdout) if form == "json" and result.stdout else result.stdout
        return result.exit_code, told

    run.case, run.child, run.place = case["id"], child, place
    return run
