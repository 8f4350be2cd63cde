"""Proposer, approver and payer differ."""

from datetime import date
from uuid import uuid4

import pytest
from baoxue_aid.domain.refusals import MeasureStateError, NothingToPayError, SamePersonError
from baoxue_aid.domain.student_plan import StudentPlan, plan_of
from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.clock import FixedClock, shanghai


@pytest.fixture
def plan():
    child, day = uuid4(), date(2025, 9, 10)
    with acting_as(system_actor("test", "220822"), clock=FixedClock(shanghai(day, 9)), request_id="r"):
        yield StudentPlan(plan_of(child), "220822100201", child, uuid4(), uuid4(), "poverty", day)


async def test_who_proposed_a_measure_may_not_approve_it(office):
    step = await office.measure(await office.plan())
    refused = await office.served.post(f"{step}/approval", {}, "county-education")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:baoxue:problem:SamePersonError")
    assert (await office.served.post(f"{step}/approval", {}, "county-education-2")).status_code == 200


async def test_a_school_may_propose_and_neither_approve_nor_pay(office):
    plan, fund = await office.plan(), await office.fund(100_000)
    body = {"kind": "lunch", "amount": 5_000, "period": "2025-autumn"}
    answer = await office.served.send(f"/plans/{plan}/measures", body, "school", school=office.SCHOOL)
    step = f"/plans/{plan}/measures/{answer['answer']['measure_id']}"
    for act in ("approval", "payment"):
        refused = await office.served.post(f"{step}/{act}", {}, "school", school=office.SCHOOL)
        assert refused.status_code in {403, 422}
    assert (await office.pay(step, fund, "county-education")).status_code == 403


async def test_a_measure_is_approved_once(office):
    step = await office.approved(await office.plan())
    again = await office.served.post(f"{step}/approval", {}, "county-education-2")
    assert again.status_code == 409


def test_nobody_pays_what_the_same_person_proposed_or_approved(plan):
    measure = uuid4()
    plan.propose(measure, "living_allowance", 62_500, "2025-autumn", "zhang")
    plan.approve(measure, "li")
    for person in ("zhang", "li"):
        with pytest.raises(SamePersonError):
            plan.pay(measure, uuid4(), person)
    assert plan.pay(measure, uuid4(), "wang") == 62_500
    with pytest.raises(MeasureStateError):
        plan.pay(measure, uuid4(), "zhao")


def test_what_costs_nothing_is_not_paid(plan):
    measure = uuid4()
    plan.propose(measure, "mentor", 0, "2025-autumn", "zhang")
    plan.approve(measure, "li")
    with pytest.raises(NothingToPayError):
        plan.pay(measure, uuid4(), "wang")
