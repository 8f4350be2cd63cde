"""Two processes of aid on one database: what one has paid the other cannot pay again."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from baoxue_aid.main import build
from baoxue_shared.clock import FixedClock
from baoxue_shared.service import open_world

pytestmark = pytest.mark.parametrize("address", ["postgresql"], indirect=True)  # SQLite means one process


@asynccontextmanager
async def other_process(office):
    """Its own connections, memory and locks. A payment through it."""
    world = open_world("aid", office.served.world.settings)
    world.clock = FixedClock(office.served.clock.now())
    transport = httpx.ASGITransport(app=build(world).api)
    async with httpx.AsyncClient(transport=transport, base_url="http://aid") as client:

        async def pay(step, fund):
            headers = {**office.served.headers("payer"), "Idempotency-Key": str(uuid4())}
            body = {"fund_id": fund, "paid_on": "2025-10-01"}
            return await client.post(f"{step}/payment", json=body, headers=headers, timeout=50)

        yield pay
    await world.store.close()
    world.sealer.close()


async def test_of_two_processes_that_pay_one_measure_at_once_one_pays(office):
    fund = await office.fund(1_000_000)
    steps = [await office.approved(await office.plan()) for _ in range(5)]
    async with other_process(office) as pay:
        answers = await asyncio.gather(*(act(step, fund) for step in steps for act in (office.pay, pay)))
    assert sorted(a.status_code for a in answers) == [*[200] * 5, *[409] * 5]
    assert await office.paid() == (5, 312_500, 687_500)


async def test_two_processes_that_pay_from_one_fund_at_once_leave_it_above_zero(office):
    fund = await office.fund(200_000)  # three times 62,500 and not a fourth time
    steps = [await office.approved(await office.plan()) for _ in range(6)]
    async with other_process(office) as pay:
        acts = [office.pay, pay] * 3
        answers = await asyncio.gather(*(act(step, fund) for act, step in zip(acts, steps, strict=True)))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 409, 409, 409]
    assert await office.paid() == (3, 187_500, 12_500)
