"""One fund per county, source and year; all that is appropriated counts, however many write at once."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from baoxue_aid.domain.fund import ForeignFundError, Fund, FundTooSmallError, fund_of
from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.clock import FixedClock, shanghai
from hypothesis import given
from hypothesis import strategies as st

BODY = {"source": "county", "budget_year": 2025, "amount": 10_000}


async def test_ten_who_open_one_fund_at_once_open_one_and_each_amount_counts(office):
    answers = await asyncio.gather(*(office.served.post("/funds", BODY, "finance") for _ in range(10)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    (fund,) = (await office.served.ask("/funds"))["rows"]
    assert (fund["appropriated"], fund["available"]) == (100_000, 100_000)


async def test_funds_of_other_sources_and_years_stand_apart(office):
    for other in ({}, {"source": "donation"}, {"budget_year": 2026}):
        await office.served.send("/funds", BODY | other, "finance")
    funds = (await office.served.ask("/funds", "payer"))["rows"]
    assert [(f["budget_year"], f["source"]) for f in funds] == [(2025, "county"), (2025, "donation"), (2026, "county")]


async def test_a_fund_says_what_it_got_paid_and_has_left(office):
    fund = await office.fund(100_000)
    await office.pay(await office.approved(await office.plan()), fund)
    told = await office.served.ask(f"/funds/{fund}", "finance")
    assert (told["appropriated"], told["paid"], told["available"], told["version"]) == (100_000, 62_500, 37_500, 3)


async def test_only_finance_appropriates(office):
    for role in ("county-education", "payer", "auditor"):
        assert (await office.served.post("/funds", BODY, role)).status_code == 403


async def test_another_county_neither_sees_nor_fills_nor_uses_a_fund(office):
    fund = await office.fund(100_000)
    headers = office.served.headers("finance", area="220881")
    assert (await office.served.client.get(f"/funds/{fund}", headers=headers)).status_code == 404
    path, more = f"/funds/{fund}/appropriations", {"amount": 1}
    assert (await office.served.post(path, more, "finance", area="220881")).status_code == 403
    theirs = (await office.served.post("/funds", BODY, "finance", area="220881")).json()["id"]
    step = await office.approved(await office.plan())
    assert (await office.pay(step, theirs)).status_code == 403
    refused = await office.pay(step, theirs, area="2208")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:baoxue:problem:ForeignFundError")


@pytest.fixture(scope="module")
def finance():
    with acting_as(system_actor("test", "220822"), clock=FixedClock(shanghai(date(2025, 9, 1), 9)), request_id="r"):
        yield


def pay(fund, amount, village="220822100201"):
    fund.pay(village, uuid4(), uuid4(), uuid4(), amount, date(2025, 10, 1))


@pytest.mark.usefixtures("finance")
@given(st.lists(st.tuples(st.booleans(), st.integers(min_value=1, max_value=1_000)), max_size=40))
def test_no_order_of_appropriations_and_payments_takes_a_fund_below_zero(acts):
    fund, left = Fund(fund_of("220822", "county", 2025), "220822", "county", 2025), 0
    for fills, amount in acts:
        if fills:
            fund.appropriate(amount)
            left += amount
        elif amount <= left:
            pay(fund, amount)
            left -= amount
        else:
            with pytest.raises(FundTooSmallError):
                pay(fund, amount)
        assert fund.available == left >= 0


@pytest.mark.usefixtures("finance")
def test_a_fund_of_one_county_does_not_pay_for_a_child_of_another():
    fund = Fund(fund_of("220822", "county", 2025), "220822", "county", 2025)
    fund.appropriate(100)
    with pytest.raises(ForeignFundError):
        pay(fund, 1, village="220881100201")
    assert fund.available == 100
