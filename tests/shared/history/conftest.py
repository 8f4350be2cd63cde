"""The toy's history on either store: a module asks for both by parametrizing `store_kind`."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.postgres_schema import migrate_postgres
from baoxue_shared.testing.postgres import running_postgres

_numbers = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as dsn:
        yield dsn


@pytest.fixture
def admin_dsn(postgres: str) -> str:
    """A fresh database, migrated for the service `toy`."""
    name = f"toy{next(_numbers)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    dsn = postgres.replace("dbname=postgres", f"dbname={name}")
    migrate_postgres(dsn, "toy")
    migrate_postgres(dsn, "toy")  # safe to run again
    return dsn


@pytest.fixture
def app_dsn(admin_dsn: str) -> str:
    return admin_dsn.replace("user=postgres", "user=toy_app")


@pytest.fixture
def store_kind() -> str:
    return "sqlite"


@pytest.fixture
async def gates(gates: Any, store_kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    if store_kind == "sqlite":
        yield gates
        return
    store = PostgresStore(request.getfixturevalue("app_dsn"), "toy")
    yield type(gates)(store, gates.sealer, gates.clock)
    await store.close()
