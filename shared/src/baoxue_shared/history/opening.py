"""A service's store by its address: SQLite for one process, PostgreSQL for several."""

from pathlib import Path

import psycopg

from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.postgres_schema import migrate_postgres
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.history.store import Store

SQLITE, POSTGRES = "sqlite:///", "postgresql://"
SCHEMES = (SQLITE, POSTGRES)
OLDEST = 17


class NotMigratedError(Exception):
    """The tables of the service are not there."""


class OldServerError(Exception):
    """The PostgreSQL server is too old."""


def is_sqlite(address: str) -> bool:
    return address.startswith(SQLITE)


def path_of(address: str) -> Path:
    """The file of a SQLite address."""
    return Path(address.removeprefix(SQLITE))


def open_store(address: str, service: str) -> Store:
    """NotMigratedError; OldServerError."""
    if is_sqlite(address):
        if not path_of(address).exists():
            raise NotMigratedError(service)
        return SQLiteStore(path_of(address), service)
    with psycopg.connect(address, autocommit=True) as connection:
        version = connection.info.server_version // 10_000
        if version < OLDEST:
            message = f"PostgreSQL {version}: {OLDEST} or newer is needed"
            raise OldServerError(message)
        if connection.execute("select to_regclass(%s)", (f"{service}.{service}_views",)).fetchone() == (None,):
            raise NotMigratedError(service)
    return PostgresStore(address, service)


def migrate_store(address: str, service: str) -> None:
    """Create or extend the tables; on PostgreSQL with the address of the migrating role."""
    if is_sqlite(address):
        migrate_sqlite(path_of(address), service)
    else:
        migrate_postgres(address, service)
