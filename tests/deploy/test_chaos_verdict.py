"""The judge of a disturbed run sees one lost and one doubled fact, and every process gets its turn."""

import json
from uuid import uuid4

import pytest
from baoxue_deploy.chaos_kills import VICTIMS, plan
from baoxue_deploy.chaos_load import Acknowledged
from baoxue_deploy.chaos_verdict import judge
from baoxue_shared.history.unit import Row
from msgspec.structs import replace

INSTANT = "2025-09-02T01:00:00Z"
CASES = 5


def run():
    """Cases that opened, each acknowledged."""
    rows, journal = [], []
    for n in range(CASES):
        case, request = uuid4(), f"open/{n}"
        metadata = {"request_id": f"dev:school/{request}", "role": "school", "occurred_at": INSTANT}
        state = {"timestamp": INSTANT, "metadata": metadata, "area": f"22082210020{n}"}
        row = Row(case, 1, "cases.DropoutCase.Opened", INSTANT, "dev", "220822", json.dumps(state).encode(), n + 1)
        rows.append(row)
        journal.append(Acknowledged("cases", request, str(case), 1, n + 1))
    return {"cases": rows}, journal


def renumbered(*rows):
    return {"cases": [replace(row, position=n) for n, row in enumerate(rows, 1)]}


def test_two_runs_of_one_meaning_hold():
    found, journal = run()
    verdict = judge(journal, found, run()[0])
    assert verdict.holds
    assert (verdict.lost, verdict.doubled, verdict.digest_equal) == (0, 0, True)


def test_an_acknowledged_command_that_is_not_on_record_is_lost():
    found, journal = run()
    without = renumbered(*found["cases"][:-1])
    verdict = judge(journal, without, without)
    assert (verdict.lost, verdict.holds) == (1, False)


def test_a_fact_that_nobody_acknowledged_is_missed_too():
    found, _ = run()
    verdict = judge([], renumbered(*found["cases"][1:]), run()[0])
    assert (verdict.lost, verdict.doubled, verdict.digest_equal) == (1, 0, False)
    assert verdict.differences[0].startswith("missing: ")


def test_a_request_carried_out_twice_is_doubled():
    found, journal = run()
    again = replace(found["cases"][0], originator_id=uuid4())
    verdict = judge(journal, renumbered(*found["cases"], again), run()[0])
    assert (verdict.lost, verdict.doubled, verdict.digest_equal) == (0, 2, False)


def test_a_gap_of_positions_does_not_hold():
    found, journal = run()
    gap = {"cases": [*found["cases"][:-1], replace(found["cases"][-1], position=CASES + 1)]}
    assert not judge(journal, gap, run()[0]).holds


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_every_process_is_hit_and_one_seed_gives_one_plan(store):
    kills = plan(1, 20, 500, store)
    assert {kill.victim for kill in kills} == set(VICTIMS[store])
    assert len(kills) == 20
    assert kills == plan(1, 20, 500, store) != plan(2, 20, 500, store)
    assert all(1 <= kill.command <= 490 for kill in kills)
