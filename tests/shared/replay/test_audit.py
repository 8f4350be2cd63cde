"""The auditor's program, on a real database: what was recorded, and how it stood at an instant."""

from uuid import uuid4

import pytest
from baoxue_shared.replay.command import main
from typer.testing import CliRunner


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
