"""Power loss in the middle of a large import: the same request goes on where it stopped, each child once."""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import date

import httpx
import pytest
from baoxue_deploy.office import Offices
from baoxue_deploy.places import Places
from baoxue_deploy.processes import Processes
from baoxue_shared.clock import SharedClock, shanghai

from tests.benchmarks.registers import as_csv

ROWS = 12_000
CHILDREN = "select originator_id from enrollment_events where topic = 'enrollment.Child.Recorded'"
HOUSEHOLDS = "select originator_id from enrollment_events where topic = 'enrollment.HouseholdSurvey.Recorded'"
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def embedded(tmp_path, monkeypatch, worker_id):
    monkeypatch.setenv("BAOXUE_PORT_BASE", str(22000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)))
    places = Places(tmp_path / "var")
    SharedClock(places.clock).set(shanghai(date(2025, 9, 2), 9))
    processes = Processes(places)
    processes.up()
    yield processes
    processes.down()


def recorded(processes, sql):
    with closing(sqlite3.connect(f"file:{processes.places.database('enrollment')}?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute(sql).fetchall()]


async def until_some_are_recorded(processes, sending, more_than):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        count = len(await asyncio.to_thread(recorded, processes, CHILDREN))
        if count > more_than or sending.done():
            return count
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_an_import_killed_twice_records_every_row_once_and_counts_them_all(embedded):
    register = as_csv(ROWS)
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        sending = asyncio.create_task(
            Offices(client).send("enrollment", "/registers/households", register, request_id="april")
        )
        seen = 0
        for _ in range(2):
            seen = await until_some_are_recorded(embedded, sending, seen)
            assert not sending.done(), sending
            await asyncio.to_thread(embedded.kill, "enrollment")
            embedded.start("enrollment")
        assert 0 < seen < ROWS, "killed in the middle"
        answer = await sending
    assert answer["answer"] == {"accepted": ROWS, "unchanged": 0, "refused": 0}
    children, households = recorded(embedded, CHILDREN), recorded(embedded, HOUSEHOLDS)
    assert (len(children), len(set(children))) == (ROWS, ROWS)
    assert len(households) == ROWS // 2
    positions = recorded(embedded, "select position from enrollment_events order by position")
    assert positions == list(range(1, len(positions) + 1))
