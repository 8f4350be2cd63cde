"""Both stores for every service's tests: SQLite files, and a PostgreSQL of the test run's own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.testing.issuer import RunningIssuer, running_issuer
from baoxue_shared.testing.postgres import running_postgres

_numbers = count()
Address = Callable[[str], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIssuer]:
    with running_issuer(tmp_path_factory.mktemp("issuer")) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """The address of a fresh, migrated store of a service."""

    def sqlite(service: str) -> str:
        store = f"sqlite:///{tmp_path / service}.sqlite3"
        migrate_store(store, service)
        return store

    def postgresql(service: str) -> str:
        dsn = request.getfixturevalue("postgres")
        with psycopg.connect(dsn, autocommit=True) as connection:
            port, template, name = connection.info.port, f"{service}_template", f"{service}_{next(_numbers)}"
            there = connection.execute("select from pg_database where datname = %s", (template,)).fetchone()
            if there is None:
                connection.execute(f"create database {template}".encode())
                migrate_store(f"postgresql://postgres@127.0.0.1:{port}/{template}", service)
            connection.execute(f"create database {name} template {template}".encode())
        return f"postgresql://{service}_app@127.0.0.1:{port}/{name}"

    return sqlite if request.param == "sqlite" else postgresql
