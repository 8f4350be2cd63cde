"""Money goes out once, for what two others proposed and approved, and never beyond the fund."""

import asyncio
from uuid import uuid4


async def test_an_approved_measure_is_paid_and_the_fund_is_less_by_it(office):
    fund = await office.fund(100_000)
    step = await office.approved(await office.plan())
    assert (await office.pay(step, fund)).status_code == 200
    assert await office.paid() == (1, 62_500, 37_500)


async def test_one_command_sent_ten_times_at_once_pays_once(office):
    fund = await office.fund(1_000_000)
    step = await office.approved(await office.plan())
    answers = await asyncio.gather(*(office.pay(step, fund, key="one") for _ in range(10)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert await office.paid() == (1, 62_500, 937_500)


async def test_ten_payers_of_one_measure_at_once_pay_once(office):
    fund = await office.fund(1_000_000)
    step = await office.approved(await office.plan())
    answers = await asyncio.gather(*(office.pay(step, fund) for _ in range(10)))
    assert sorted(a.status_code for a in answers) == [200, *[409] * 9]
    assert await office.paid() == (1, 62_500, 937_500)


async def test_of_ten_children_only_those_are_paid_that_the_fund_covers(office):
    fund = await office.fund(200_000)  # three times 62,500 and not a fourth time
    steps = [await office.approved(await office.plan()) for _ in range(10)]
    answers = await asyncio.gather(*(office.pay(step, fund) for step in steps))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, *[409] * 7]
    assert await office.paid() == (3, 187_500, 12_500)


async def test_a_fund_that_is_too_small_says_how_much_lacks(office):
    fund = await office.fund(60_000)
    step = await office.approved(await office.plan())
    refused = await office.pay(step, fund)
    assert refused.status_code == 409
    assert "还缺 25.00 元" in refused.json()["detail"]
    assert refused.json()["available"] == ["appropriate_fund"]
    await office.served.send(f"/funds/{fund}/appropriations", {"amount": 2_500}, "finance")
    assert (await office.pay(step, fund)).status_code == 200


async def test_what_nobody_approved_is_not_paid(office):
    fund = await office.fund(100_000)
    step = await office.measure(await office.plan())
    refused = await office.pay(step, fund)
    assert (refused.status_code, refused.json()["available"]) == (409, ["approve_measure"])


async def test_the_same_item_for_the_same_semester_is_given_once(office):
    plan = await office.plan()
    await office.measure(plan)
    body = {"kind": "living_allowance", "amount": 1, "period": "2025-autumn"}
    again = await office.served.post(f"/plans/{plan}/measures", body, "county-education")
    assert (again.status_code, again.json()["type"]) == (409, "urn:baoxue:problem:MeasureTwiceError")
    await office.measure(plan, period="2026-spring")


async def test_a_payment_names_a_fund_that_exists(office):
    step = await office.approved(await office.plan())
    assert (await office.pay(step, str(uuid4()))).status_code == 404
