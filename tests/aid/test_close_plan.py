"""A closed plan rests until the child needs help again; what was paid stays paid."""

from uuid import uuid4

CLOSED = {"closed_on": "2026-01-20"}


async def close(office, plan, role="county-education", **more):
    return await office.served.post(f"/plans/{plan}/closing", CLOSED, role, **more)


async def state(office, plan):
    return next(row["state"] for row in (await office.served.ask("/plans"))["rows"] if row["plan_id"] == plan)


async def test_a_closed_plan_takes_no_assessment_no_measure_no_approval_and_no_payment(office):
    plan, fund = await office.plan(), await office.fund(100_000)
    proposed, approved = await office.measure(plan, kind="lunch"), await office.approved(plan)
    assert (await close(office, plan)).status_code == 200
    last = await office.served.world.store.last_position()
    measure = {"kind": "mentor", "amount": 0, "period": "2025-autumn"}
    acts = [
        (f"/plans/{plan}/needs", {"dimension": "mind", "found": "想家"}, "county-education"),
        (f"/plans/{plan}/measures", measure, "county-education"),
        (f"{proposed}/approval", {}, "county-education-2"),
        (f"{approved}/payment", {"fund_id": fund, "paid_on": "2026-02-01"}, "payer"),
        (f"/plans/{plan}/closing", CLOSED, "county-education"),
    ]
    for path, body, role in acts:
        refused = await office.served.post(path, body, role)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:baoxue:problem:ClosedPlanError")
        assert refused.json()["available"] == ["open_plan"]
    assert await office.served.topics(after=last) == []


async def test_a_closed_plan_opens_again_from_a_new_cause_and_pays_nothing_a_second_time(office):
    child = uuid4()
    plan, fund = await office.plan(child), await office.fund(200_000)
    step = await office.approved(plan)
    await office.pay(step, fund)
    await close(office, plan)
    assert await state(office, plan) == "closed"
    assert await office.plan(child, "disability") == plan
    assert await state(office, plan) == "open"
    again = {"kind": "living_allowance", "amount": 62_500, "period": "2025-autumn"}
    assert (await office.served.post(f"/plans/{plan}/measures", again, "county-education")).status_code == 409
    assert (await office.pay(step, fund)).status_code == 409
    assert await office.paid() == (1, 62_500, 137_500)


async def test_a_school_does_not_close_a_plan(office):
    assert (await close(office, await office.plan(), "school", school=office.SCHOOL)).status_code == 403


async def test_a_plan_is_not_closed_by_who_saw_an_older_version_of_it(office):
    plan = await office.plan()
    await office.measure(plan)
    assert (await close(office, plan, match=1)).status_code == 412
    assert (await close(office, plan, match=2)).status_code == 200
