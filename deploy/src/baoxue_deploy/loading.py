"""A history from a SQLite file into a fresh PostgreSQL database, row by row as it stands."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from baoxue_shared.history.opening import migrate_store

from baoxue_deploy.backup import PAGE, TABLES, WITHOUT_VIEWS


def load_rows(service: str, path: Path, address: str) -> None:
    """`address`: of the migrating role. Views are not copied: they are built anew from the histories."""
    migrate_store(address, service)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, psycopg.connect(address) as target:
        for table in TABLES:
            _load(source, target, service, table)
        sequence = f"pg_get_serial_sequence('{service}.{service}_read_log', 'entry')"
        last = f"(select max(entry) from {service}.{service}_read_log)"
        target.execute(f"select setval({sequence}, {last}) where {last} is not null".encode())


def _load(source: sqlite3.Connection, target: psycopg.Connection[Any], service: str, table: str) -> None:
    sql = f"select * from {service}_{table}"
    if table in {"positions", "parked"}:
        sql += f" where {WITHOUT_VIEWS.format(service=service)}"
    found = source.execute(sql)
    names = ", ".join(column[0] for column in found.description)
    with target.cursor().copy(f"copy {service}.{service}_{table} ({names}) from stdin".encode()) as copy:
        while rows := found.fetchmany(PAGE):
            for row in rows:
                copy.write_row(row)
