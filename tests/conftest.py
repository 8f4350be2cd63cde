"""Both stores for every service's tests: SQLite files, and a PostgreSQL of the test run's own."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.testing import containers
from baoxue_shared.testing.issuer import RunningIssuer, running_issuer
from baoxue_shared.testing.postgres import address_of, running_postgres

_numbers = count()
Address = Callable[[str], str]


class Addresses(NamedTuple):
    """Of one database: the application's role, and the migrating one."""

    app: str
    admin: str


Fresh = Callable[[str], Addresses]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--containers", action="store_true", help="NATS and PostgreSQL from images; needs Docker")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--containers"):
        os.environ[containers.WANTED] = "1"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def fresh(postgres: str) -> Fresh:
    """A fresh database, migrated for a service: copied from a template that is migrated once."""

    def database(service: str) -> Addresses:
        template, name = f"{service}_template", f"{service}_{next(_numbers)}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            there = connection.execute("select from pg_database where datname = %s", (template,)).fetchone()
            if there is None:
                connection.execute(f"create database {template}".encode())
                migrate_store(address_of(postgres, template), service)
            connection.execute(f"create database {name} template {template}".encode())
        return Addresses(address_of(postgres, name, f"{service}_app"), address_of(postgres, name))

    return database


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
        addresses: Addresses = request.getfixturevalue("fresh")(service)
        return addresses.app

    return sqlite if request.param == "sqlite" else postgresql
