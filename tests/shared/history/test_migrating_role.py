"""The migrating role is no superuser: it owns the database, and may create the application's role."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from baoxue_shared.history.opening import UnfitStoreError, migrate_store, open_store
from baoxue_shared.history.unit import Row, Statement, Unit

SERVICE = "lonely"


@pytest.fixture
def place(postgres):
    """An empty database of an ordinary owner; host and port of the server with its name."""
    name = f"lonely_{uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        owner = connection.execute("select from pg_roles where rolname = 'lonely_owner'").fetchone()
        if owner is None:
            connection.execute("create role lonely_owner login createrole")
        connection.execute(f"create database {name} owner lonely_owner".encode())
        return f"127.0.0.1:{connection.info.port}/{name}"


async def test_an_ordinary_owner_migrates_twice_and_the_application_works(place):
    for _ in range(2):
        migrate_store(f"postgresql://lonely_owner@{place}", SERVICE)
    store = open_store(f"postgresql://lonely_app@{place}", SERVICE)
    row = Row(uuid4(), 1, "t", datetime(2025, 9, 1, tzinfo=UTC), "a", "220822", b"{}")
    assert await store.append(Unit(rows=(row,))) == (1,)
    await store.execute([Statement("create table if not exists seen (id text primary key)")])
    await store.execute([Statement("insert into seen values (:id)", {"id": "x"})])
    assert await store.fetch("select id from seen") == [{"id": "x"}]
    await store.close()


async def test_and_the_application_still_may_not_change_the_history(place):
    migrate_store(f"postgresql://lonely_owner@{place}", SERVICE)
    with pytest.raises(UnfitStoreError, match="permission denied"):
        migrate_store(f"postgresql://lonely_app@{place}", SERVICE)
    changes = ("delete from lonely_events", "drop table lonely.lonely_events", "update lonely_requests set digest = ''")
    for change in changes:
        with (
            psycopg.connect(f"postgresql://lonely_app@{place}") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(change.encode())
