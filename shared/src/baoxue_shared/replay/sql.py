"""SQL over exported Parquet by DuckDB: one query, which sees the table `events` and nothing else."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from duckdb import StatementType

READING = frozenset({StatementType.SELECT, StatementType.EXPLAIN})
MEMORY = "2GB"


class NotAQueryError(Exception):
    """What was given is not one query that only reads."""


def ask(parquet: Path, query: str) -> list[dict[str, Any]]:
    """Rows by column; instants in Asia/Shanghai. NotAQueryError; duckdb.Error for a query that cannot be answered.

    Files, network and settings are out of the query's reach.
    """
    with _confined(parquet) as connection:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type not in READING:
            raise NotAQueryError(query)
        answer = connection.execute(statements[0])
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in answer.fetchall()]


def _confined(parquet: Path) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY,
    }
    connection = duckdb.connect(":memory:", config=config)
    quoted = str(parquet.resolve()).replace("'", "''")
    for setting in (
        "set timezone = 'Asia/Shanghai'",
        f"create view events as select * from read_parquet('{quoted}')",
        f"set allowed_paths = ['{quoted}']",
        "set enable_external_access = false",
        "set lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def _plain(value: Any) -> Any:  # noqa: ANN401 - any column
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | timedelta | bytes) else value
