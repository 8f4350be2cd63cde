"""The PostgreSQL server goes away and comes back: services say so, wait, and go on by themselves."""

import asyncio
import time
from datetime import date
from uuid import uuid4

import httpx
import pytest
from baoxue_deploy.conductor import Conductor
from baoxue_deploy.office import COUNTY, Offices
from baoxue_deploy.places import SERVICES, Places, url
from baoxue_deploy.processes import Processes
from baoxue_deploy.status import reachable, statuses
from baoxue_shared.clock import SharedClock, shanghai

pytestmark = pytest.mark.timeout(240)


class Fallible(Processes):
    """The database server stays down while `away`."""

    away = False

    def start(self, name):
        if not (name == "postgresql" and self.away):
            super().start(name)


@pytest.fixture
def installation(tmp_path, monkeypatch, worker_id):
    monkeypatch.setenv("BAOXUE_PORT_BASE", str(26000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)))
    places = Places(tmp_path / "var")
    SharedClock(places.clock).set(shanghai(date(2025, 9, 2), 9))
    processes = Fallible(places, store="postgresql")
    try:
        processes.up()
        yield processes
    finally:
        processes.down()


@pytest.fixture
async def offices():
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        yield Offices(client)


def opening():
    known = {"source": "public_report", "opened_on": "2025-09-02", "area": "220822100001"}
    return {"child_id": str(uuid4()), "school_id": str(uuid4()), **known}


async def until_ready():
    until = time.monotonic() + 40
    while not reachable(rows := await asyncio.to_thread(statuses)) and time.monotonic() < until:
        await asyncio.sleep(0.1)
    return rows


async def test_all_go_on_where_they_were(installation, offices):
    first = await offices.send("cases", "/cases", opening(), request_id="first")
    pids = {name: installation.running[name].pid for name in SERVICES}
    installation.away = True
    assert await asyncio.to_thread(installation.kill, "postgresql")
    rows = await asyncio.to_thread(statuses)
    assert all(row["ready"].startswith("not ready; 数据库不应答 / the database does not answer") for row in rows), rows
    headers = await offices._headers(COUNTY)
    for path in ("/status", f"/cases/{first['id']}"):
        answer = await offices._client.get(url("cases") + path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), path
    sending = asyncio.create_task(offices.send("cases", "/cases", opening(), request_id="second"))
    await asyncio.sleep(4)
    assert not sending.done()
    installation.away = False
    assert (await sending)["position"] > first["position"]
    assert reachable(await until_ready())
    assert {name: installation.running[name].pid for name in SERVICES} == pids
    await Conductor(SharedClock(installation.places.clock), offices).advance(date(2025, 9, 4))
    assert len((await offices.ask("cases", "/cases"))["rows"]) == 2
    told = [await offices.status(name) for name in SERVICES]
    assert {status["ticked"] for status in told if status["ticked"]} == {"2025-09-04"}
    assert {status["parked"] for status in told} == {0}
