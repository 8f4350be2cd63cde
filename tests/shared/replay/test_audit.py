"""The auditor's program, on a real database: what was recorded, and how it stood at an instant."""

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
    async with serving("cases", place, tmp_path, issuer) as served:
        school = str(uuid4())
        opening = {"child_id": str(uuid4()), "school_id": school, "area": VILLAGE, "source": "public_report"}
        case = await served.send("/cases", {**opening, "opened_on": "2025-09-02"}, "county-education")
        served.clock.instant = shanghai(date(2025, 9, 5), 9)
        await served.send(f"/cases/{case['id']}/causes", {"cause": "poverty"}, "county-education")
        served.clock.instant = shanghai(date(2025, 9, 9), 9)
        visit = {"visited_on": "2025-09-03", "found": "张三的家", "occurred_at": "2025-09-03T16:00:00+08:00"}
        await served.send(f"/cases/{case['id']}/visits", visit, "school", school=school)

    def run(*arguments):
        result = CliRunner().invoke(main, [*arguments, "--store", f"cases={place}", "--format", "json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else None

    run.case = case["id"]
    return run


def test_history_tells_who_did_what_and_when_by_both_times(audited):
    code, entries = audited("history", audited.case)
    events = [e["event"].rpartition(".")[2] for e in entries]
    assert code == 0
    assert {"Opened", "CauseVerified", "HomeVisited"} <= set(events)
    visit = entries[events.index("HomeVisited")]
    assert (visit["recorded_at"][:10], visit["occurred_at"][:10]) == ("2025-09-09", "2025-09-03")
    assert visit["facts"]["found"] == "sealed"


@pytest.mark.parametrize(
    ("at", "by", "version", "cause"),
    [
        ("2025-09-04", "recorded", 1, None),
        ("2025-09-04", "occurred", 2, None),
        ("2025-09-06", "recorded", 2, "poverty"),
        ("2025-09-10", "recorded", 3, "poverty"),
    ],
)
def test_as_of_an_instant_a_case_is_what_was_known_or_what_had_happened(audited, at, by, version, cause):
    code, (state,) = audited("asof", audited.case, "--at", at, "--by", by)
    assert (code, state["version"], state["cause"]) == (0, version, cause)


def test_before_it_existed_there_is_nothing(audited):
    assert audited("asof", audited.case, "--at", "2025-08-01")[0] == 1
    assert audited("history", str(uuid4()))[0] == 1


def test_without_a_database_the_auditor_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["history", str(uuid4())])
    assert result.exit_code == 3
    assert "--store" in result.stderr
