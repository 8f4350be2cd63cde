"""Who may know what of a child's plan; reading it is on record."""

from uuid import UUID, uuid4

import pytest
from baoxue_shared.contracts.enrollment import ChildErased
from baoxue_shared.testing.serving import VILLAGE

FOUND = {"dimension": "health", "found": "心脏病需人陪护"}


async def assessed(office, child=None):
    plan = await office.plan(child)
    await office.served.send(f"/plans/{plan}/needs", FOUND, "school", school=office.SCHOOL)
    return plan


async def read(office, path, role="county-education", **whose):
    headers = office.served.headers(role, **whose)
    return await office.served.client.get(path, headers=headers)


async def test_the_plan_tells_what_was_found_and_each_measure_s_three_persons(office):
    plan, fund = await assessed(office), await office.fund(100_000)
    await office.pay(await office.approved(plan), fund)
    await office.measure(plan, kind="mentor", amount=0)
    told = await office.served.ask(f"/plans/{plan}")
    assert (told["needs"], told["cause"], told["closed"]) == ([FOUND], "poverty", False)
    paid, mentor = told["measures"]
    assert (paid["state"], paid["amount"], paid["period"]) == ("paid", 62_500, "2025-autumn")
    persons = [paid[act] for act in ("proposed_by", "approved_by", "paid_by")]
    assert persons == ["dev:county-education", "dev:county-education-2", "dev:payer"]
    assert (mentor["kind"], mentor["state"], mentor["approved_by"]) == ("mentor", "proposed", None)


async def test_whoever_reads_a_child_s_plan_is_in_the_read_log(office):
    child = uuid4()
    plan = await assessed(office, child)
    await office.served.ask(f"/plans/{plan}", "school", school=office.SCHOOL)
    await office.served.ask(f"/history/{plan}", "auditor")
    log = await office.served.world.store.fetch("select role, child_id, what from aid_read_log order by what desc")
    assert [tuple(row.values()) for row in log] == [("school", str(child), "plan"), ("auditor", str(child), "history")]


async def test_an_auditor_sees_which_needs_were_assessed_and_not_what_was_found(office):
    plan = await assessed(office)
    for path in (f"/plans/{plan}", f"/history/{plan}", f"/asof/{plan}"):
        answer = await read(office, path, "auditor")
        assert answer.status_code == 200
        assert "health" in answer.text
        assert "心脏病" not in answer.text


async def test_people_of_another_county_township_or_school_do_not_learn_of_the_plan(office):
    plan = await assessed(office)
    strangers = [
        ("county-education", {"area": "220881"}),
        ("township", {"area": "220822101"}),
        ("school", {"school": str(uuid4())}),
    ]
    for role, whose in strangers:
        refused = await read(office, f"/plans/{plan}", role, **whose)
        assert refused.status_code == 403
        assert VILLAGE not in refused.text
        for path in ("/plans", "/measures"):
            assert (await read(office, path, role, **whose)).json()["rows"] == []
    assert await office.served.world.store.fetch("select what from aid_read_log") == []


async def test_after_an_erasure_the_plan_reads_as_erased_and_its_money_still_counts(office):
    child = UUID(int=9)
    plan, fund = await assessed(office, child), await office.fund(100_000)
    await office.pay(await office.approved(plan), fund)
    await office.served.hear(ChildErased(area=VILLAGE, child_id=child))
    told = await office.served.ask(f"/plans/{plan}")
    assert told["needs"] == [{"dimension": "health", "found": "已删除 (erased)"}]
    assert told["measures"][0]["state"] == "paid"
    assert await office.paid() == (1, 62_500, 37_500)


@pytest.mark.parametrize(("path", "cursor"), [("/plans", "plan_id"), ("/measures", "measure_id")])
async def test_lists_come_in_pages_that_miss_nothing_and_repeat_nothing(office, path, cursor):
    plans = [await office.plan() for _ in range(5)]
    measures = [(await office.measure(plan))[-36:] for plan in plans]
    there = sorted(plans if cursor == "plan_id" else measures)
    pages, after = [], ""
    while after is not None:
        page = await office.served.ask(path, after=after, limit=2)
        pages, after = [*pages, [row[cursor] for row in page["rows"]]], page["next"]
    assert pages == [there[:2], there[2:4], there[4:]]


async def test_those_who_approve_and_pay_find_what_waits_for_them(office):
    plan = await office.plan()
    proposed, approved = await office.measure(plan), await office.approved(plan, kind="lunch")
    waiting = {
        state: [row["measure_id"] for row in (await office.served.ask("/measures", role, state=state))["rows"]]
        for state, role in (("proposed", "county-education-2"), ("approved", "payer"), ("paid", "finance"))
    }
    assert waiting == {"proposed": [proposed[-36:]], "approved": [approved[-36:]], "paid": []}
