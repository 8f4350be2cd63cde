"""Two writers, one command many times, a stale version, a poison message."""

import asyncio
from uuid import uuid4

import pytest
from baoxue_cases.application.dropout_cases import DropoutCases
from baoxue_shared.messaging import commit


async def test_two_writers_of_one_case_both_are_recorded_in_some_order(desk):
    case = await desk.open_case()
    contact = {"reached": True, "attempted_on": "2025-09-03"}
    acts = [(f"/cases/{case['id']}/contacts", contact), (f"/cases/{case['id']}/causes", {"cause": "poverty"})]
    answers = await asyncio.gather(*(desk.served.send(p, b, "school", school=desk.SCHOOL) for p, b in acts))
    assert sorted(a["version"] for a in answers) == [2, 3]


async def test_if_match_names_a_version_that_was_overtaken(desk):
    case = await desk.open_case()
    path = f"/cases/{case['id']}/causes"
    answers = [
        await desk.served.post(path, {"cause": c}, "school", school=desk.SCHOOL, match=1)
        for c in ("poverty", "distance")
    ]
    assert [a.status_code for a in answers] == [200, 412]


async def test_a_child_gets_one_case_from_ten_equal_messages(desk):
    child = uuid4()
    heard = await desk.served.hear(desk.missed(child))
    await desk.served.take(*[heard] * 10)
    assert (await desk.served.topics()).count("cases.DropoutCase.Opened") == 1


async def test_a_poison_message_is_parked_with_all_that_follows_of_its_child_and_the_others_go_on(desk, monkeypatch):
    monkeypatch.setattr(commit, "BACK_OFF", 0.001)
    poisoned, other, opened = uuid4(), uuid4(), DropoutCases.open_case

    async def trips(self, command):
        if command.child_id == poisoned:
            raise ValueError("poison")
        return await opened(self, command)

    monkeypatch.setattr("baoxue_cases.application.Cases.open_case", trips)
    for child in (poisoned, other, poisoned, other):
        await desk.served.hear(desk.missed(child))
    monkeypatch.undo()
    parked = await desk.served.parked()
    assert [(p["position"], p["parked_key"]) for p in parked] == [(1, str(poisoned)), (3, str(poisoned))]
    assert parked[0]["error"] == "ValueError: poison"
    assert parked[1]["error"] == "behind an earlier message of the same child"
    assert (await desk.served.topics()).count("cases.DropoutCase.Opened") == 1


@pytest.mark.parametrize("name", ["case_list", "roll_call_list"])
async def test_a_view_built_anew_has_the_same_rows(desk, name):
    path, child = await desk.roll_call(), uuid4()
    await desk.list_absent(path, child)
    await desk.verify(path, child)
    await desk.open_case()
    await desk.served.ask("/cases", "school", school=desk.SCHOOL)
    store = desk.served.world.store
    tables = ["case_list"] if name == "case_list" else ["roll_call_list", "roll_call_children"]
    before = [await store.fetch(f"select * from {table} order by 1") for table in tables]
    assert all(before)
    await desk.served.post(f"/views/{name}/rebuild", None, "operator")
    while (rebuild := desk.served.world.rebuilds[name]).stage in {"building", "comparing"}:
        await asyncio.sleep(0.01)
    assert rebuild.stage == "switched"
    assert [await store.fetch(f"select * from {table} order by 1") for table in tables] == before
