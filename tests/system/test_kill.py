"""Killing any process loses nothing and doubles nothing: real broker, real database, kill -9."""

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from datetime import date
from uuid import uuid4

import httpx
import pytest
from baoxue_deploy.office import Offices
from baoxue_deploy.places import Places, nats_url
from baoxue_deploy.processes import Processes
from baoxue_shared.clock import SharedClock, shanghai

from tests.system.enrollment_tells import publish

MISSED, HELPED = 120, 60


@pytest.fixture
def embedded(tmp_path, monkeypatch, worker_id):
    monkeypatch.setenv("BAOXUE_PORT_BASE", str(21000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)))
    places = Places(tmp_path / "var")
    SharedClock(places.clock).set(shanghai(date(2025, 9, 2), 9))
    processes = Processes(places)
    processes.up()
    yield processes
    processes.down()


def opened(processes):
    database = sqlite3.connect(f"file:{processes.places.database('cases')}?mode=ro", uri=True)
    rows = database.execute("select position, topic, state from cases_events order by position").fetchall()
    database.close()
    cases = [json.loads(state)["child_id"] for _, topic, state in rows if topic == "cases.DropoutCase.Opened"]
    return cases, [position for position, *_ in rows]


async def test_every_missed_check_in_opens_one_case_though_everything_is_killed(embedded):
    children = [uuid4() for _ in range(MISSED)]
    publishing = asyncio.create_task(publish(nats_url(), children))
    for name in ("cases", "nats", "cases", "issuer", "cases"):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(embedded.kill, name)
        embedded.start(name)
    await publishing
    until = time.monotonic() + 30
    while time.monotonic() < until and len(opened(embedded)[0]) < MISSED:
        await asyncio.sleep(0.2)
    cases, positions = opened(embedded)
    assert sorted(cases) == sorted(map(str, children))
    assert positions == list(range(1, len(positions) + 1))


def listed(processes, service, sql):
    with closing(sqlite3.connect(f"file:{processes.places.database(service)}?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute(sql).fetchall()]


async def reached(count, wanted):
    until = time.monotonic() + 40
    while time.monotonic() < until and len(await asyncio.to_thread(count)) < wanted:
        await asyncio.sleep(0.2)
    return count()


async def verify_causes(cases):
    """A school finds poverty behind each; a service that is away is asked again under the same request id."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        offices = Offices(client)
        for case_id in cases:
            path, of = f"/cases/{case_id}/causes", f"cause/{case_id}"
            await offices.send("cases", path, {"cause": "poverty"}, request_id=of)


async def test_aid_plans_and_oversight_hears_each_case_once_though_everything_is_killed(embedded):
    children = [uuid4() for _ in range(HELPED)]
    await publish(nats_url(), children)
    cases = await reached(lambda: listed(embedded, "cases", "select case_id from case_list"), HELPED)
    assert len(cases) == HELPED
    verifying = asyncio.create_task(verify_causes(cases))
    for name in ("aid", "oversight", "cases", "nats", "aid", "oversight"):
        await asyncio.sleep(0.4)
        await asyncio.to_thread(embedded.kill, name)
        embedded.start(name)
    await verifying
    planned = "select child_id from plan_list"
    assert sorted(await reached(lambda: listed(embedded, "aid", planned), HELPED)) == sorted(map(str, children))
    verified = "select child_id from ledger_facts where kind like '%CauseVerified%'"
    assert sorted(await reached(lambda: listed(embedded, "oversight", verified), HELPED)) == sorted(map(str, children))
