"""From an HTTP command in one service to the committed reaction in another, beside one commit plus one publish."""

import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import nats
from baoxue_deploy.office import Desk, Offices
from baoxue_deploy.places import Places as Var
from baoxue_deploy.places import nats_url
from baoxue_deploy.processes import Processes
from baoxue_shared.clock import SharedClock, shanghai

from tests.benchmarks.measured import QUICK, Result
from tests.benchmarks.stores import Places

TIMES = 100 if QUICK else 400
VILLAGE, SCHOOL = "220822100201", str(uuid4())
COUNTY = Desk("county-education")


async def _one(offices: Offices, aid: sqlite3.Connection, number: int) -> float:
    """Milliseconds: a verified cause in cases, the plan it opens in aid."""
    opening = {"child_id": str(uuid4()), "school_id": SCHOOL, "area": VILLAGE}
    opening |= {"source": "public_report", "opened_on": "2025-09-02"}
    case = await offices.send("cases", "/cases", opening, request_id=f"open{number}")
    before = aid.execute("select count(*) from aid_events").fetchone()[0]
    began = time.perf_counter()
    await offices.send("cases", f"/cases/{case['id']}/causes", {"cause": "poverty"}, request_id=f"cause{number}")
    while aid.execute("select count(*) from aid_events").fetchone()[0] == before:
        await asyncio.sleep(0.0002)
    return (time.perf_counter() - began) * 1000


async def _bare(folder: Path, url: str) -> list[float]:
    """Milliseconds of one durable commit plus one acknowledged publish."""
    database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    database.executescript("pragma journal_mode = wal; pragma synchronous = full; create table bare (state blob);")
    client = await nats.connect(url)
    jetstream, taken = client.jetstream(), []
    for _ in range(TIMES):
        began = time.perf_counter()
        database.execute("insert into bare values (?)", (b"x" * 700,))
        await jetstream.publish("oversight.220822.bench.made.v1", b"x" * 700)
        taken.append((time.perf_counter() - began) * 1000)
    await client.close()
    return taken


async def latency(places: Places) -> list[Result]:
    """p50 and p99 in milliseconds, and as multiples."""
    os.environ["BAOXUE_PORT_BASE"] = "18900"
    with tempfile.TemporaryDirectory(prefix="baoxue-latency-") as folder:
        var = Var(Path(folder) / "var")
        SharedClock(var.clock).set(shanghai(date(2025, 9, 2), 9))
        processes = Processes(var)
        try:
            await asyncio.to_thread(processes.up)
            aid = sqlite3.connect(f"file:{var.database('aid')}?mode=ro", uri=True, isolation_level=None)
            async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
                offices = Offices(client)
                for number in range(20):
                    await _one(offices, aid, -number - 1)
                taken = [await _one(offices, aid, number) for number in range(TIMES)]
            bare = await _bare(places.folder, nats_url())
        finally:
            await asyncio.to_thread(processes.down)
    return [_result(taken, bare, 50), _result(taken, bare, 99)]


def _result(taken: list[float], bare: list[float], percent: int) -> Result:
    ours, peer = (statistics.quantiles(found, n=100)[percent - 1] for found in (taken, bare))
    return Result("latency", f"p{percent}", "command to reaction", "ms", ours, peer, "commit + publish", ours / peer)
