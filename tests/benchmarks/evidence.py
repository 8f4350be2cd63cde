"""Sealing and verifying beside bare SHA-256 over the same bytes; a whole log's time and peak memory."""

import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from baoxue_shared.evidence.checkpoint import origin_of
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.policy import Policy, TrustedLog, write_policy
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.history.opening import open_store
from baoxue_shared.history.sqlite import migrate_sqlite
from baoxue_shared.tasks import end

from tests.benchmarks.append import ours
from tests.benchmarks.measured import QUICK, Result, side_by_side
from tests.benchmarks.stores import KINDS, SERVICE, Places

EVENTS = 100_000 if QUICK else 1_000_000
CALLERS = 64
PER_RECORD = 3  # events of one record
NAME, KEYS = f"baoxue/220822/{SERVICE}", SigningKeys([bytes(range(32))])
EVENTS_A_SECOND, MEGABYTES = 150_000, 300  # to reach
AT = datetime(2026, 5, 4, 1, tzinfo=UTC)

VERIFY = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from baoxue_shared.evidence.policy import load_policy
from baoxue_shared.evidence.target import open_target
from baoxue_shared.evidence.verify import verify

began, worked = time.perf_counter(), time.process_time()
(report,) = verify(open_target(sys.argv[1]), load_policy(Path(sys.argv[2])), datetime.now(UTC), None, lambda *_: None)
taken, worked = time.perf_counter() - began, time.process_time() - worked
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([taken, worked, peak, report.size, len(report.faults)]))
"""


def rows(how_many: int) -> Iterator[tuple[object, ...]]:
    """Events as large as the services' own."""
    originator = str(uuid4())
    for number in range(how_many):
        if number % PER_RECORD == 0:
            originator = str(uuid4())
        version = number % PER_RECORD + 1
        at = AT.replace(microsecond=number % 1_000_000).isoformat()
        metadata = {
            "actor": f"dev:county-education-{number % 50}",
            "role": "county-education",
            "organisation": "220822",
            "jurisdiction": "220822",
            "request_id": f"dev:county-education/w{number}",
            "correlation_id": f"w{number}",
            "occurred_at": at,
            "salt": "zaA5jeUc1w9tnnwuZvUf1w",
        }
        state = {
            "originator_id": originator,
            "originator_version": version,
            "timestamp": at.replace("+00:00", "Z"),
            "metadata": metadata,
            "child_id": str(UUID(int=number)),
            "text": {
                "key_id": originator,
                "where": "bench.Note.Written.text",
                "box": "A" * 120,
                "commitment": "A" * 24,
            },
        }
        encoded = json.dumps(state, separators=(",", ":")).encode()
        actor, topic = metadata["actor"], "bench.Note.Written"
        yield (number + 1, 1, originator, version, topic, at, actor, "220822", encoded)


def build(path: Path) -> None:
    migrate_sqlite(path, SERVICE)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("pragma synchronous = off")
        for page in pages():
            database.execute("begin")
            database.executemany(f"insert into {SERVICE}_events values (?,?,?,?,?,?,?,?,?)", page)
            database.execute("commit")


def pages() -> Iterator[list[tuple[object, ...]]]:
    source = rows(EVENTS)
    while page := list(islice(source, 10_000)):
        yield page


async def sealed(path: Path) -> float:
    """Leaves a second of one core."""
    store = open_store(f"sqlite:///{path}", SERVICE)
    sealing = Sealing(EvidenceLog(store, NAME, KEYS))
    await sealing.load()
    began = time.process_time()
    while await sealing.seal():
        pass
    taken = time.process_time() - began
    await store.close()
    return EVENTS / taken


def bare(path: Path) -> float:
    """Hashes a second of one core over the same bytes, in memory."""
    with closing(sqlite3.connect(path)) as database:
        states = [row[0] for row in database.execute(f"select state from {SERVICE}_events limit 100000")]
    began = time.process_time()
    for state in states:
        sha256(state).digest()
    return len(states) / (time.process_time() - began)


def verified(path: Path, folder: Path) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of one core, and peak megabytes of a process of its own."""
    policy = folder / "policy.json"
    keys = tuple(map(str, KEYS.public(origin_of(NAME, 1))))
    write_policy(policy, Policy(logs={SERVICE: TrustedLog(origin=NAME, keys=keys)}))
    words = [sys.executable, "-c", VERIFY, str(path), str(policy)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    if told[3:] != [EVENTS, 0]:
        raise AssertionError(told)
    return float(told[0]), float(told[1]), float(told[2])


async def commanded(places: Places, kind: str, *, seal: bool) -> tuple[float, int]:
    """Durable commands a second of 64 callers; events that were not sealed yet when the last was answered."""
    store, sealer = places.store(kind), places.sealer()
    sealing = Sealing(EvidenceLog(store, NAME, KEYS))
    task = asyncio.create_task(sealing.run() if seal else asyncio.sleep(0))
    rate = await ours(store, sealer, CALLERS)
    left = await store.last_position() - sealing.sealed.last if seal else 0
    await end([task])
    await store.close()
    sealer.close()
    return rate, left


async def at_full_load(places: Places, kind: str) -> list[Result]:
    """With and without sealing, in turns."""
    left: list[int] = []

    async def sealed_rate() -> float:
        rate, waiting = await commanded(places, kind, seal=True)
        left.append(waiting)
        return rate

    async def bare_rate() -> float:
        return (await commanded(places, kind, seal=False))[0]

    mine, bare_ = await side_by_side(sealed_rate, bare_rate)
    seconds = statistics.median(left) / mine
    case = f"{kind}-{CALLERS}"
    return [
        Result("evidence", case, "durable commands", "1/s", mine, bare_, "without sealing", mine / bare_),
        Result("evidence", case, "unsealed at the end", "s of work", seconds, 1.0, "a second", 1.0 - seconds),
    ]


async def evidence(places: Places) -> list[Result]:
    """Case: how many events."""
    path = places.folder / "evidence.sqlite3"
    await asyncio.to_thread(build, path)
    sealing = await sealed(path)
    hashing = await asyncio.to_thread(bare, path)
    seconds, core, peak = await asyncio.to_thread(verified, path, places.folder)
    loaded = [result for kind in KINDS for result in await at_full_load(places, kind)]
    rate, case, bare_hash = EVENTS / core, f"sqlite-{EVENTS}", "bare SHA-256 of the states"
    return [
        Result("evidence", case, "sealed a core second", "1/s", sealing, hashing, bare_hash, sealing / hashing),
        Result("evidence", case, "verified a core second", "1/s", rate, hashing, bare_hash, rate / hashing),
        Result("evidence", case, "verified", "1/s", rate, EVENTS_A_SECOND, "to reach", rate / EVENTS_A_SECOND, 1.0),
        Result("evidence", case, "whole log, on the clock", "s", seconds, core, "seconds of one core", core / seconds),
        Result("evidence", case, "peak memory", "MB", peak, MEGABYTES, "to reach at most", MEGABYTES / peak, 1.0),
        *loaded,
    ]
