"""The history on SQLite: one process, one writer thread, WAL, a full sync before any answer."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from baoxue_shared.history.following import COLUMNS, Following
from baoxue_shared.history.schema import CHILD, FIRST_EPOCH, sqlite_schema
from baoxue_shared.history.sqlite_rows import BY_ORIGINATOR, row_of, values_of
from baoxue_shared.history.store import STORED, Record, State, Stored
from baoxue_shared.history.unit import (
    PositionConflictError,
    ReaderPosition,
    Request,
    RequestRepeatedError,
    Row,
    SqlValue,
    Statement,
    Unit,
    VersionConflictError,
)
from baoxue_shared.history.writer import GroupWriter
from baoxue_shared.inserting import insert_rows

PAGE = 1000
CACHE = 32 << 20  # bytes: a large unit's pages are not written out before its commit
CHECKPOINT = 4000  # pages of the log: each page of an index is then copied once for many commits


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    return connection


def migrate_sqlite(path: Path, service: str) -> None:
    """Create what is missing; safe to run again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(path)
    try:
        before = _older_parked(connection, service)
        connection.executescript(sqlite_schema(service) + before)
    finally:
        connection.close()


def _older_parked(connection: sqlite3.Connection, service: str) -> str:
    """A table that knew no epochs is set aside; the script that brings its rows back."""
    table = f"{service}_parked"
    columns = {column[1] for column in connection.execute(f"pragma table_info ({table})")}
    if not columns or "epoch" in columns:
        return ""
    connection.execute(f"alter table {table} rename to {table}_before")
    return f"insert into {table} select *, {FIRST_EPOCH} from {table}_before; drop table {table}_before;"


class SQLiteStore(Following):
    """`Store` on one SQLite file."""

    child = CHILD

    def __init__(self, path: Path, service: str) -> None:
        self.path, self.service = path, service
        super().__init__()
        writing = connect(path)
        writing.execute(f"pragma cache_size = -{CACHE >> 10}")
        writing.execute(f"pragma wal_autocheckpoint = {CHECKPOINT}")
        self._writer = GroupWriter(writing, self, self._write)
        self._local = threading.local()

    async def append(self, unit: Unit) -> tuple[int, ...]:
        return await self._writer.append(unit)

    def waiting(self) -> int:
        return self._writer.waiting()

    async def execute(self, statements: Sequence[Statement]) -> None:
        await self._writer.append(Unit(statements=tuple(statements)))

    def forgetting(self, reader: str) -> Statement:
        return Statement(f"delete from {self.service}_positions where reader = :reader", {"reader": reader})

    def _write(self, connection: sqlite3.Connection, units: Sequence[Unit], last: int) -> list[tuple[int, ...]]:
        """VersionConflictError, RequestRepeatedError, PositionConflictError: of one of the units."""
        self._write_requests(connection, [request for unit in units for request in unit.requests])
        rows = [row for unit in units for row in unit.rows]
        try:
            values = list(self._numbered(connection, rows, last)) if rows else []
            insert_rows(connection, f"into {self.service}_events", values)
        except sqlite3.IntegrityError as error:
            raise VersionConflictError(str(error)) from error
        written = []
        for unit in units:
            for p in unit.positions:
                self._move(connection, p)
            for statement in unit.statements:
                connection.execute(statement.sql, dict(statement.params))
            written.append(tuple(range(last + 1, last + 1 + len(unit.rows))))
            last += len(unit.rows)
        return written

    def _numbered(
        self, connection: sqlite3.Connection, rows: Sequence[Row], last: int
    ) -> Iterator[tuple[SqlValue, ...]]:
        """Each at its position, in the epoch that stands there."""
        sql = f"select epoch from {self.service}_events where position = ?"
        (epoch,) = connection.execute(sql, (last,)).fetchone() or (FIRST_EPOCH,)
        for position, row in enumerate(rows, last + 1):
            epoch = row.epoch or epoch
            yield values_of(position, epoch, row)

    def _write_requests(self, connection: sqlite3.Connection, requests: Sequence[Request]) -> None:
        values = [(q.request_id, q.digest, str(q.originator_id), q.originator_version, q.answer) for q in requests]
        try:
            insert_rows(connection, f"into {self.service}_requests", values)
        except sqlite3.IntegrityError:
            for request in requests:
                if earlier := self._request(connection, request.request_id):
                    raise RequestRepeatedError(earlier) from None
            raise

    def _move(self, connection: sqlite3.Connection, p: ReaderPosition) -> None:
        moved = connection.execute(
            f"insert into {self.service}_positions values (?,?,?,?,?)"
            " on conflict (reader, publisher) do update set epoch = excluded.epoch, position = excluded.position,"
            " stream_sequence = excluded.stream_sequence where (excluded.epoch, excluded.position) > (epoch, position)",
            (p.reader, p.publisher, p.epoch, p.position, p.stream_sequence),
        )
        if moved.rowcount == 0:
            message = f"{p.reader} of {p.publisher} is already at or beyond {p.position}"
            raise PositionConflictError(message)

    def _request(self, connection: sqlite3.Connection, request_id: str) -> Request | None:
        found = connection.execute(
            f"select * from {self.service}_requests where request_id = ?",
            (request_id,),
        ).fetchone()
        return Request(found[0], found[1], UUID(found[2]), found[3], found[4]) if found else None

    def _reading(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None, timeout=30)
            self._local.connection = connection
        return connection

    def _select(
        self, sql: str, params: Mapping[str, SqlValue] | Sequence[SqlValue]
    ) -> tuple[list[str], list[tuple[SqlValue, ...]]]:
        cursor = self._reading().execute(sql, params)
        return [column[0] for column in cursor.description], cursor.fetchall()

    async def fetch(self, sql: str, params: Mapping[str, SqlValue] | None = None) -> list[Record]:
        names, found = await asyncio.to_thread(self._select, sql, params or {})
        return [dict(zip(names, row, strict=True)) for row in found]

    async def pages(self, sql: str) -> AsyncIterator[list[tuple[SqlValue, ...]]]:
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, check_same_thread=False, timeout=30)
        try:
            cursor = await asyncio.to_thread(connection.execute, sql)
            while page := await asyncio.to_thread(cursor.fetchmany, PAGE):
                yield page
        finally:
            connection.close()

    async def _rows(self, condition: str, params: Sequence[SqlValue]) -> list[Row]:
        sql = f"select {COLUMNS} from {self.service}_events where {condition}"
        _, found = await asyncio.to_thread(self._select, sql, params)
        return [row_of(values) for values in found]

    async def rows_of(self, originator_id: UUID, *, after_version: int = 0) -> list[Row]:
        return await self._rows(
            "originator_id = ? and originator_version > ? order by originator_version",
            (str(originator_id), after_version),
        )

    async def rows(self, *, after: int = 0, limit: int = PAGE) -> list[Row]:
        return await self._rows("position > ? order by position limit ?", (after, limit))

    async def by_originator(self, after: tuple[str, int], limit: int = PAGE) -> list[State]:
        """In order of aggregate and version, beyond one of them."""
        found = await asyncio.to_thread(self._select, BY_ORIGINATOR.format(service=self.service), (*after, limit))
        return found[1]  # type: ignore[return-value]  # the columns' own types

    async def stored(self, *, after: int = 0, limit: int = PAGE) -> list[Stored]:
        sql = f"select {STORED} from {self.service}_events where position > ? order by position limit ?"
        return (await asyncio.to_thread(self._select, sql, (after, limit)))[1]  # type: ignore[return-value]

    async def request(self, request_id: str) -> Request | None:
        return await asyncio.to_thread(lambda: self._request(self._reading(), request_id))

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.close)
