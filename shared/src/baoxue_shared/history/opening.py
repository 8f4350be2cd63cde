"""A service's store by its address: SQLite for one process, PostgreSQL for several."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.postgres_schema import migrate_postgres
from baoxue_shared.history.schema import FORMAT
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.history.store import Store, UnreachableStoreError

SQLITE, POSTGRES = "sqlite:///", "postgresql://"
SCHEMES = (SQLITE, POSTGRES)
OLDEST = 17


class UnfitStoreError(Exception):
    """The service cannot work on this store; the message says why."""


class NotMigratedError(UnfitStoreError):
    """The tables of the service are not there."""


class OtherFormatError(UnfitStoreError):
    """The tables are of another format than this program's."""


class OldServerError(UnfitStoreError):
    """The PostgreSQL server is too old."""


class MightyRoleError(UnfitStoreError):
    """The role that is to serve could change the history."""


def is_sqlite(address: str) -> bool:
    return address.startswith(SQLITE)


def path_of(address: str) -> Path:
    """The file of a SQLite address."""
    return Path(address.removeprefix(SQLITE))


def open_store(address: str, service: str) -> Store:
    """NotMigratedError; OtherFormatError; OldServerError; UnreachableStoreError."""
    if is_sqlite(address):
        _check_format(_sqlite_format(path_of(address), service), service)
        return SQLiteStore(path_of(address), service)
    with _connected(address) as connection:
        _check_format(_postgres_format(connection, service), service)
    return PostgresStore(address, service)


def check_role(address: str, service: str) -> None:
    """Whoever serves reads the history and calls `append`, no more. MightyRoleError; UnreachableStoreError."""
    if is_sqlite(address):
        return
    with _connected(address) as connection:
        asked = "select current_user, has_table_privilege(%s, 'insert, update, delete, truncate')"
        role, mighty = _one(connection, asked, f"{service}.{service}_events")
    if mighty:
        message = f"角色 {role} 能改动历史，应使用 {service}_app / {role} could change the history: use {service}_app"
        raise MightyRoleError(message)


def migrate_store(address: str, service: str, password: str | None = None) -> None:
    """Create or extend the tables; on PostgreSQL with the address of the migrating role. UnfitStoreError.

    `password`: what PostgreSQL's application role is to have from now on; None leaves it as it is.
    """
    if is_sqlite(address):
        migrate_sqlite(path_of(address), service)
        _check_format(_sqlite_format(path_of(address), service), service)
        return
    with _connected(address):
        migrate_postgres(address, service, password)
    with _connected(address) as connection:
        _check_format(_postgres_format(connection, service), service)


def _check_format(found: int | None, service: str) -> None:
    if found is None:
        raise NotMigratedError(service)
    if found != FORMAT:
        message = f"数据库格式 {found}，本程序读 {FORMAT} / the store's format is {found}, this program reads {FORMAT}"
        raise OtherFormatError(message)


def _sqlite_format(path: Path, service: str) -> int | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
        there = connection.execute("select 1 from sqlite_master where name = ?", (f"{service}_format",)).fetchone()
        return int(connection.execute(f"select format from {service}_format").fetchone()[0]) if there else None


def _postgres_format(connection: psycopg.Connection[Any], service: str) -> int | None:
    if _one(connection, "select to_regclass(%s)", f"{service}.{service}_format") == (None,):
        return None
    return int(_one(connection, f"select format from {service}.{service}_format")[0])


def _one(connection: psycopg.Connection[Any], sql: str, *params: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(sql.encode(), params).fetchone() or ()
    return found


@contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection[Any]]:
    """UnreachableStoreError; OldServerError; UnfitStoreError when the role may not do this."""
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            version = connection.info.server_version // 10_000
            if version < OLDEST:
                message = f"PostgreSQL {version}: 需要 {OLDEST} 或更新 / {OLDEST} or newer is needed"
                raise OldServerError(message)
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"角色权限不足 / the role may not do this: {error}"
        raise UnfitStoreError(message) from error
    except psycopg.OperationalError as error:
        message = f"数据库无法连接 / the database cannot be reached: {error}"
        raise UnreachableStoreError(message) from error
