"""What a store promises, on both of them."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from baoxue_shared.errors import OverloadedError
from baoxue_shared.history import writer
from baoxue_shared.history.opening import migrate_store, open_store
from baoxue_shared.history.unit import (
    PositionConflictError,
    ReaderPosition,
    Request,
    RequestRepeatedError,
    Row,
    Statement,
    Unit,
    VersionConflictError,
)

pytestmark = pytest.mark.parametrize("store_kind", ["sqlite", "postgresql"])
AT = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture
def store(gates):
    return gates.store


def row(identity=None, version=1):
    return Row(identity or uuid4(), version, "toy.Gate.Visited", AT, "a", "220822", str(uuid4()).encode())


def asked(request_id, answer=None):
    return Request(request_id, "d", uuid4(), 1, answer)


async def test_what_was_written_is_read_as_it_was_written(store):
    one, two = row(), row()
    request = asked("r", '{"n": 1}')
    assert await store.append(Unit(rows=(one, two), requests=(request,))) == (1, 2)
    first, second = await store.rows()
    assert (first.position, second.position) == (1, 2)
    assert (first.state, first.recorded_at, first.originator_id) == (one.state, AT, one.originator_id)
    assert await store.rows_of(two.originator_id) == [second]
    assert await store.request("r") == request
    assert [r.position async for r in store.stream()] == [1, 2]


async def test_a_loser_is_answered_alone_and_the_others_are_written_without_a_gap(store):
    taken = row()
    await store.append(Unit(rows=(taken,), requests=(asked("r"),)))
    units = [Unit(rows=(row(),)) for _ in range(20)]
    units[3] = Unit(rows=(row(), row(taken.originator_id)))
    units[7] = Unit(rows=(row(),), requests=(asked("r"),))
    same = row()
    units[10] = units[11] = Unit(rows=(same,))
    units[15] = Unit(rows=(row(),), statements=(Statement("insert into no_such_table values (:a)", {"a": 1}),))
    outcomes = await asyncio.gather(*(store.append(unit) for unit in units), return_exceptions=True)
    assert {n for n, outcome in enumerate(outcomes) if isinstance(outcome, Exception)} == {3, 7, 11, 15}
    assert isinstance(outcomes[3], VersionConflictError)
    assert isinstance(outcomes[7], RequestRepeatedError)
    assert outcomes[7].earlier.request_id == "r"
    assert isinstance(outcomes[11], VersionConflictError)
    rows = await store.rows()
    assert [r.position for r in rows] == list(range(1, 18))
    for unit, outcome in zip(units, outcomes, strict=True):
        if isinstance(outcome, tuple):
            assert [rows[p - 1].originator_id for p in outcome] == [r.originator_id for r in unit.rows]


async def test_a_readers_position_moves_only_upwards_and_with_its_effect(store):
    effect = Statement(
        "insert into toy_parked (reader, publisher, position, parked_key, message, error, parked_at)"
        " values (:r, :p, :n, :k, '100% :x', :e, :t)",
        {"r": "r", "p": "cases", "n": 5, "k": "k", "e": "e", "t": "t"},
    )
    await store.append(Unit(positions=(ReaderPosition("r", "cases", 1, 5, 50),), statements=(effect,)))
    assert await store.reader_position("r", "cases") == ReaderPosition("r", "cases", 1, 5, 50)
    for position in (5, 4):
        with pytest.raises(PositionConflictError):
            await store.append(Unit(rows=(row(),), positions=(ReaderPosition("r", "cases", 1, position),)))
    await store.append(Unit(positions=(ReaderPosition("r", "cases", 2, 1),)))
    parked = await store.fetch("select message from toy_parked where position >= :n", {"n": 5})
    assert parked == [{"message": "100% :x"}]
    assert await store.last_position() == 0


async def test_a_row_goes_into_the_epoch_that_stands_until_a_row_begins_another(store):
    begins = Row(uuid4(), 1, "toy.Gate.Visited", AT, "a", "220822", b"{}", epoch=2)
    units = [Unit(rows=(row(), row())), Unit(rows=(row(), begins, row())), Unit(rows=(row(),))]
    await asyncio.gather(*map(store.append, units))
    await store.append(Unit(rows=(row(),)))
    assert [r.place for r in await store.rows()] == [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6), (2, 7)]


async def test_parked_messages_of_a_store_that_knew_no_epochs_come_along(store_kind, tmp_path, fresh):
    older = "create table toy_parked (reader text, publisher text, position bigint, parked_key text, message text,"
    older += " error text, parked_at text, primary key (reader, publisher, position))"
    line = "insert into toy_parked values ('r', 'p', 7, 'k', 'm', 'e', 't')"
    if store_kind == "sqlite":
        address = read = f"sqlite:///{tmp_path / 'older.sqlite3'}"
        with closing(sqlite3.connect(tmp_path / "older.sqlite3")) as database:
            database.executescript(f"{older}; {line};")
    else:
        read, address = fresh("toy")
        with psycopg.connect(address) as database:
            database.execute("set search_path = toy")
            database.execute("drop table toy_parked")
            database.execute(older)
            database.execute(line)
    for _ in range(2):
        migrate_store(address, "toy")
    store = open_store(read, "toy")
    found = await store.fetch("select reader, position, parked_at, epoch from toy_parked")
    await store.close()
    assert found == [{"reader": "r", "position": 7, "parked_at": "t", "epoch": 1}]


async def test_a_full_queue_is_answered_and_nothing_of_it_is_written(store, store_kind, monkeypatch):
    if store_kind == "postgresql":
        store._writer._waiting._maxsize = 8
    else:
        monkeypatch.setattr(writer, "QUEUE", 8)
    outcomes = await asyncio.gather(*(store.append(Unit(rows=(row(),))) for _ in range(2000)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, OverloadedError)]
    assert refused
    assert await store.last_position() == 2000 - len(refused)


async def test_whoever_waits_for_growth_is_woken_by_it(store):
    waiting = asyncio.create_task(store.wait_beyond(0, 20))
    await asyncio.sleep(0.05)
    await store.append(Unit(rows=(row(),)))
    await asyncio.wait_for(waiting, 5)


async def test_a_key_store_that_fails_once_is_told_and_the_writer_lives_on(store):
    class Failing:
        broken = True

        def settle(self):
            if self.broken:
                raise OSError

        def overtaken(self, key_ids):
            return False

    store.keys = Failing()
    with pytest.raises(OSError, match=r"^$"):
        await store.append(Unit(rows=(row(),), keys=(uuid4(),)))
    assert await store.last_position() == 0
    store.keys.broken = False
    assert await store.append(Unit(rows=(row(),), keys=(uuid4(),))) == (1,)
