"""The county's aid office on both stores."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from baoxue_shared.contracts.cases import CauseVerified
from baoxue_shared.testing.serving import VILLAGE, serving

SCHOOL = str(UUID(int=77))


class Office:
    """What people of aid do, in short."""

    SCHOOL = SCHOOL

    def __init__(self, served):
        self.served = served

    async def plan(self, child_id=None, cause="poverty"):
        """Opened by itself, because a case's cause asked for it."""
        child = child_id or uuid4()
        verified = CauseVerified(area=VILLAGE, case_id=uuid4(), child_id=child, school_id=UUID(SCHOOL), cause=cause)
        await self.served.hear(verified, day=date(2025, 9, 10))
        plans = (await self.served.ask("/plans"))["rows"]
        return next((p["plan_id"] for p in plans if p["child_id"] == str(child)), None)

    async def measure(self, plan_id, amount=62_500, kind="living_allowance", period="2025-autumn", **more):
        body = {"kind": kind, "amount": amount, "period": period}
        answer = await self.served.send(f"/plans/{plan_id}/measures", body, "county-education", **more)
        return f"/plans/{plan_id}/measures/{answer['answer']['measure_id']}"

    async def approved(self, plan_id, **more):
        step = await self.measure(plan_id, **more)
        await self.served.send(f"{step}/approval", {}, "county-education-2")
        return step

    async def fund(self, amount):
        body = {"source": "county", "budget_year": 2025, "amount": amount}
        return (await self.served.send("/funds", body, "finance"))["id"]

    async def pay(self, step, fund_id, role="payer", **more):
        body = {"fund_id": fund_id, "paid_on": "2025-10-01"}
        return await self.served.post(f"{step}/payment", body, role, **more)

    async def paid(self):
        """Payments on record, and what the fund says."""
        topics = await self.served.topics()
        fund = (await self.served.ask("/funds"))["rows"][0]
        return topics.count("aid.Fund.MoneyPaid"), fund["paid"], fund["available"]


@pytest.fixture
async def office(address, tmp_path, issuer):
    async with serving("aid", address("aid"), tmp_path, issuer) as served:
        yield Office(served)
