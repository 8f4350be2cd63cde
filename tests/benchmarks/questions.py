"""One child as of an instant in a large history; a question to the whole log by DuckDB beside SQLite's JSON."""

import asyncio
import json
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from baoxue_shared.history.opening import open_store
from baoxue_shared.history.sqlite import migrate_sqlite
from baoxue_shared.replay.asof import things_as_of
from baoxue_shared.replay.finding import about, each_row, whole
from baoxue_shared.replay.parquet import write_parquet
from baoxue_shared.replay.sql import ask

from tests.benchmarks.measured import QUICK, Result
from tests.benchmarks.notes import AREA, Note
from tests.benchmarks.stores import SERVICE, Places

CHILDREN = 5_000 if QUICK else 50_000
THINGS, EVENTS = 4, 5  # of a child; of a thing
ASKED = 200
MILLISECONDS = 20.0  # to reach
BEGAN = datetime(2025, 9, 1, tzinfo=UTC)
QUESTION = "select role, jurisdiction, count(*) as n, max(occurred_at) as last from events group by 1, 2 order by 1, 2"
IN_SQLITE = (
    "select json_extract(s, '$.metadata.role') as role, jurisdiction, count(*) as n,"
    " max(json_extract(s, '$.metadata.occurred_at')) as last"
    f" from (select cast(state as text) as s, jurisdiction from {SERVICE}_events) group by 1, 2 order by 1, 2"
)


def child(number: int) -> str:
    return str(UUID(int=(number * 0x9E3779B97F4A7C15) % 2**64 << 64 | number))


def rows() -> Iterator[tuple[object, ...]]:
    """Step by step through all things, as a county's years would record them."""
    position = 0
    for version in range(1, EVENTS + 1):
        for number in range(CHILDREN * THINGS):
            position += 1
            yield _row(position, version, number)


def _row(position: int, version: int, number: int) -> tuple[object, ...]:
    at = (BEGAN + timedelta(days=version, seconds=number)).isoformat()
    kind = Note.Written if version == 1 else Note.Amended
    identity = str(UUID(int=(1 << 127) + number))
    sealed = {"key_id": identity, "where": "bench.Note.Written.text", "box": "A" * 120, "commitment": "A" * 24}
    metadata = {
        "actor": f"dev:county-education-{number % 50}",
        "role": f"role-{number % 17}",
        "organisation": "220822",
        "jurisdiction": "220822",
        "request_id": f"dev:county-education/w{position}",
        "correlation_id": f"w{position}",
        "occurred_at": at,
        "salt": "zaA5jeUc1w9tnnwuZvUf1w",
    }
    head = {"originator_id": identity, "originator_version": version, "timestamp": at.replace("+00:00", "Z")}
    made = {"originator_topic": Note.TOPIC, "area": AREA, "child_id": child(number % CHILDREN)} if version == 1 else {}
    state = json.dumps({**head, "metadata": metadata, **made, "text": sealed}, separators=(",", ":")).encode()
    return (position, 1, identity, version, kind.TOPIC, at, metadata["actor"], "220822", state)


def build(path: Path) -> None:
    migrate_sqlite(path, SERVICE)
    source = rows()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("pragma synchronous = off")
        while page := list(islice(source, 10_000)):
            database.execute("begin")
            database.executemany(f"insert into {SERVICE}_events values (?,?,?,?,?,?,?,?,?)", page)
            database.execute("commit")


async def one_child(address: str) -> float:
    """Milliseconds: the median of many children, each asked once."""
    store, taken = open_store(address, SERVICE), []
    at = BEGAN + timedelta(days=4)
    for number in random.Random(1).sample(range(CHILDREN), ASKED):  # noqa: S311 - a choice, no secret
        began = time.perf_counter()
        found = [(SERVICE, row) async for row in about(UUID(child(number)))(store)]
        things = things_as_of(found, at)
        taken.append((time.perf_counter() - began) * 1000)
        if len(things) != THINGS:
            raise AssertionError(len(things))
    await store.close()
    return statistics.median(taken)


def timed(question: object) -> tuple[float, object]:
    began = time.perf_counter()
    answer = question()  # type: ignore[operator]
    return time.perf_counter() - began, answer


async def questions(places: Places) -> list[Result]:
    """Milliseconds of one child; seconds of the whole log."""
    path = places.folder / "questions.sqlite3"
    await asyncio.to_thread(build, path)
    address, events = f"sqlite:///{path}", CHILDREN * THINGS * EVENTS
    child_ms = await one_child(address)
    began = time.perf_counter()
    parquet = places.folder / "events.parquet"
    await write_parquet(parquet, each_row({SERVICE: address}, whole()))
    exported = time.perf_counter() - began
    ours, answer = min(timed(lambda: ask(parquet, QUESTION)) for _ in range(3))
    with closing(sqlite3.connect(path)) as database:
        theirs, other = timed(lambda: database.execute(IN_SQLITE).fetchall())
    if [row["n"] for row in answer] != [row[2] for row in other]:  # type: ignore[attr-defined]
        raise AssertionError((answer, other))
    name = f"sqlite-{events}"
    return [
        Result(
            "questions", name, "one child as of", "ms", child_ms, MILLISECONDS, "the aim", MILLISECONDS / child_ms, 1.0
        ),
        Result("questions", name, "whole log", "s", ours, theirs, "SQLite JSON", theirs / ours),
        Result("questions", name, "export to Parquet", "events/s", events / exported, 0, "—", 0),
    ]
