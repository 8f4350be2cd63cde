"""Many rows into SQLite by few statements: each statement lets go of the interpreter once, not once a row."""

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain

from baoxue_shared.history.unit import SqlValue

SIZES = (64, 8, 1)  # few different statements, so that they stay prepared


def insert_rows(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[SqlValue, ...]]) -> None:
    """`insert <into> values …`: `into` is "into <table>" or "or ignore into <table>"."""
    at = 0
    for size in SIZES:
        while len(rows) - at >= size:
            values = tuple(chain.from_iterable(rows[at : at + size]))
            connection.execute(_statement(into, len(rows[at]), size), values)
            at += size


@cache
def _statement(into: str, width: int, size: int) -> str:
    places = f"({','.join('?' * width)})"
    return f"insert {into} values {','.join([places] * size)}"
