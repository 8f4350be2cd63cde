"""One student one plan: it opens by itself from a cause that asks for help."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from baoxue_shared.contracts.cases import CauseVerified
from baoxue_shared.contracts.enrollment import ChildErased
from baoxue_shared.testing.serving import VILLAGE


@pytest.mark.parametrize("cause", ["poverty", "disability", "left_behind", "learning_difficulty"])
async def test_a_plan_opens_from_a_cause_that_asks_for_help(office, cause):
    assert await office.plan(cause=cause)


async def test_no_plan_opens_from_another_cause(office):
    assert await office.plan(cause="weary_of_school") is None


async def test_a_child_has_one_plan_however_often_a_cause_is_verified(office):
    child = uuid4()
    plans = {await office.plan(child), await office.plan(child, "disability")}
    assert len(plans) == 1
    assert (await office.served.topics()).count("aid.StudentPlan.Opened") == 1


async def test_the_same_message_twice_opens_one_plan(office):
    verified = CauseVerified(area=VILLAGE, case_id=uuid4(), child_id=uuid4(), school_id=UUID(int=1), cause="poverty")
    heard = await office.served.hear(verified, day=date(2025, 9, 10))
    await office.served.take(heard)
    await office.served.take(heard, heard)
    assert await office.served.topics() == ["aid.StudentPlan.Opened"]


async def test_two_who_open_a_child_s_plan_at_once_open_one(office):
    body = {
        "child_id": str(uuid4()),
        "school_id": office.SCHOOL,
        "area": VILLAGE,
        "case_id": str(uuid4()),
        "cause": "poverty",
        "opened_on": "2025-09-10",
    }
    answers = await asyncio.gather(*(office.served.post("/plans", body, "county-education") for _ in range(2)))
    assert sorted(a.status_code for a in answers) == [201, 409]


async def test_what_was_found_in_an_assessment_is_in_no_file_in_clear(office, tmp_path):
    plan = await office.plan()
    await office.served.send(
        f"/plans/{plan}/needs", {"dimension": "health", "found": "心脏病需人陪护"}, "county-education"
    )
    states = [row.state async for row in office.served.world.store.stream()]
    assert not [s for s in states if "心脏病".encode() in s or b"\\u5fc3" in s]
    assert not [f for f in tmp_path.rglob("*") if f.is_file() and "心脏病".encode() in f.read_bytes()]


async def test_after_an_erasure_nothing_new_is_sealed_for_the_child(office):
    child = uuid4()
    plan = await office.plan(child)
    body = {"dimension": "health", "found": "心脏病"}
    await office.served.send(f"/plans/{plan}/needs", body, "county-education")
    await office.served.hear(ChildErased(area=VILLAGE, child_id=child))
    assert "shared.Erasure.KeysDestroyed" in await office.served.topics()
    refused = await office.served.post(f"/plans/{plan}/needs", body, "county-education")
    assert refused.status_code == 409
