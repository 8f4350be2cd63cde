"""Proposer, approver and payer differ."""


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
