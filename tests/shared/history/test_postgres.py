"""What PostgreSQL adds: privileges, triggers, a lost connection, writers in several processes."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from baoxue_shared.history import postgres, postgres_writer
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.history.postgres import PostgresStore, UnlockedFunctionsError
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.history.unit import Request, Row, Unit
from baoxue_shared.testing.postgres import address_of, own_postgres

AT = datetime(2025, 9, 1, tzinfo=UTC)


def unit():
    identity = uuid4()
    row = Row(identity, 1, "t", AT, "a", "220822", str(uuid4()).encode())
    return Unit(rows=(row,), requests=(Request(str(uuid4()), "d", identity, 1),))


@pytest.fixture
async def store(app_dsn):
    store = PostgresStore(app_dsn, "toy")
    await store.append(unit())
    yield store
    await store.close()


CHANGES = [
    "delete from toy.toy_events",
    "update toy.toy_events set actor = 'nobody'",
    "truncate toy.toy_events",
    "delete from toy.toy_requests",
    "delete from toy.toy_read_log",
]


@pytest.mark.parametrize("change", CHANGES)
async def test_even_the_administrator_cannot_change_the_history_unawares(store, admin_dsn, change):
    with psycopg.connect(admin_dsn) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute(change)


FORBIDDEN = [
    *CHANGES,
    "insert into toy.toy_requests values ('x', 'x', gen_random_uuid(), 1)",
    "insert into toy.toy_events select * from toy.toy_events",
    "insert into toy.toy_positions values ('r', 'p', 1, 1, 1)",
    "update toy.toy_format set format = 2",
    "alter table toy.toy_events disable trigger all",
    "drop table toy.toy_events",
]


@pytest.mark.parametrize("change", FORBIDDEN)
async def test_the_application_role_has_no_right_to_change_it(store, app_dsn, change):
    with psycopg.connect(app_dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change)


async def test_an_answer_lost_with_its_connection_is_looked_up_and_never_recorded_twice(store, admin_dsn, monkeypatch):
    """The server's process of the writer is ended again and again under load."""
    losses = []
    looking = store._writer._after_loss

    async def after_loss(units):
        losses.append(found := await looking(units))
        return found

    monkeypatch.setattr(store._writer, "_after_loss", after_loss)
    stop = asyncio.Event()

    async def cut():
        while not stop.is_set():
            await asyncio.sleep(0.02)
            async with await psycopg.AsyncConnection.connect(admin_dsn, autocommit=True) as connection:
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = 'toy_app' and query like '%append(%'"
                )

    cutting = asyncio.create_task(cut())
    units = [unit() for _ in range(1200)]

    async def write(part):
        return [await store.append(one) for one in part]

    answers = await asyncio.gather(*(write(units[n::40]) for n in range(40)))
    stop.set()
    await cutting
    assert losses
    rows = await store.rows(limit=5000)
    assert [r.position for r in rows] == list(range(1, 1202))
    at = {r.originator_id: r.position for r in rows}
    for n in range(40):
        assert [at[one.rows[0].originator_id] for one in units[n::40]] == [p for (p,) in answers[n]]


async def test_a_commit_whose_answer_was_lost_is_answered_with_its_positions(store):
    sent = unit()
    positions = await store.append(sent)
    assert await store._writer._after_loss({0: sent, 1: unit()}) == {0: positions}


async def test_killing_the_server_again_and_again_loses_nothing_and_doubles_nothing():
    """-9 in the middle of appends; readers find the way back by themselves."""
    with own_postgres() as server:
        migrate_store(address_of(server.dsn, "postgres"), "toy")
        store = PostgresStore(address_of(server.dsn, "postgres", "toy_app"), "toy")
        units = [unit() for _ in range(3000)]
        seen = []

        async def write(part):
            return [await store.append(one) for one in part]

        async def read():
            while len(seen) < len(units):
                with suppress(UnreachableStoreError):  # the server is down for longer than a reader waits
                    seen.extend([row.position for row in await store.rows(after=seen[-1] if seen else 0)])
                await asyncio.sleep(0.001)

        reading = asyncio.create_task(read())
        writing = asyncio.gather(*(write(units[n::40]) for n in range(40)))
        for written in (400, 1400, 2400):
            while len(seen) < written:
                await asyncio.sleep(0.001)
            server.kill()
            await asyncio.to_thread(server.start)
        answers = await writing
        await reading
        rows = await store.rows(limit=5000)
        await store.close()
    at = {r.originator_id: r.position for r in rows}
    assert seen == [r.position for r in rows] == list(range(1, 3001))
    for n in range(40):
        assert [at[one.rows[0].originator_id] for one in units[n::40]] == [p for (p,) in answers[n]]


async def test_a_server_that_stays_away_is_told_and_no_command_waits_for_ever(monkeypatch):
    monkeypatch.setattr(postgres_writer, "PAUSE", 0.001)
    monkeypatch.setattr(postgres, "WITHIN", 0.2)
    store = PostgresStore("postgresql://toy_app@127.0.0.1:9/toy", "toy")
    for asked in (store.append(unit()), store.rows()):
        with pytest.raises(UnreachableStoreError):
            await asked
    await store.close()


async def test_two_processes_writing_at_once_leave_no_gap(store, app_dsn):
    other = PostgresStore(app_dsn, "toy")
    contested = [unit() for _ in range(100)]
    outcomes = await asyncio.gather(
        *(s.append(one) for one in contested for s in (store, other)), return_exceptions=True
    )
    await other.close()
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 100
    assert [r.position for r in await store.rows()] == list(range(1, 102))


def test_the_librarys_unlocked_functions_are_refused(monkeypatch):
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    with pytest.raises(UnlockedFunctionsError):
        PostgresStore("", "toy")
