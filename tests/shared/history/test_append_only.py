import sqlite3
import subprocess
import sys
import textwrap
import time

import pytest
from baoxue_shared.actor import acting_as
from baoxue_shared.history.mapper import Mapper, UnknownTopicError, UnreadableRowError
from baoxue_shared.history.sqlite import SQLiteStore
from baoxue_shared.history.unit import Row
from msgspec.structs import replace


@pytest.fixture
async def row(gates, county) -> Row:
    kind = type(gates).build_gate.__wrapped__.__annotations__["command"]
    with acting_as(county, clock=gates.clock):
        await gates.build_gate(kind(name="东门"))
    return (await gates.store.rows())[0]


@pytest.mark.parametrize(
    "attack",
    [
        "delete from toy_events",
        "update toy_events set actor = 'nobody'",
        "insert or replace into toy_events select * from toy_events",
        "delete from toy_requests",
        "insert or replace into toy_requests select * from toy_requests",
    ],
)
def test_the_history_refuses_to_be_changed(gates, row, attack):
    database = sqlite3.connect(gates.store.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(attack)
    database.close()


def test_a_row_that_names_a_python_function_is_not_imported(row):
    with pytest.raises(UnknownTopicError):
        Mapper().to_event(replace(row, topic="os:system"))
    hostile = row.state.replace(b'"toy.Gate"', b'"os:system"')
    assert hostile != row.state
    with pytest.raises(UnknownTopicError):
        Mapper().to_event(replace(row, state=hostile))


def test_a_row_without_metadata_gets_no_actor_of_today(row, gates, county):
    with acting_as(county, clock=gates.clock), pytest.raises(UnreadableRowError):
        Mapper().to_event(replace(row, state=row.state.replace(b'"metadata"', b'"metafata"')))


def test_a_personal_field_is_not_in_clear_in_any_file(gates, row):
    files = [path for path in gates.store.path.parent.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if "东门".encode() in path.read_bytes()]


WRITER = """
import asyncio, sys
from pathlib import Path
from baoxue_shared.history.sqlite import SQLiteStore
from baoxue_shared.history.unit import Row, Unit
from datetime import datetime, UTC
from uuid import uuid4

async def write(store):
    while True:
        row = Row(uuid4(), 1, "t", datetime.now(UTC), "a", "220822", b"{}")
        (position,) = await store.append(Unit(rows=(row,)))
        print(position, row.originator_id, flush=True)

async def main():
    store = SQLiteStore(Path(sys.argv[1]), "toy")
    await asyncio.gather(*(write(store) for _ in range(16)))

asyncio.run(main())
"""


async def test_killing_the_writer_loses_nothing_that_was_answered(gates, tmp_path):
    path = gates.store.path
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(path)], stdout=subprocess.PIPE, text=True
    )
    answered = [process.stdout.readline() for _ in range(200)]
    process.kill()
    answered += process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    time.sleep(0.05)
    store = SQLiteStore(path, "toy")
    rows = {row.position: str(row.originator_id) async for row in store.stream()}
    await store.close()
    complete = [line.split() for line in answered if line.endswith("\n")]
    assert all(rows[int(position)] == identity for position, identity in complete)
    assert list(rows) == list(range(1, len(rows) + 1))
