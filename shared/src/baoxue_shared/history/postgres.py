"""The history on PostgreSQL: `append` is the application role's only way to write it."""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import TupleRow
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from baoxue_shared.history.following import COLUMNS, Following
from baoxue_shared.history.postgres_places import places
from baoxue_shared.history.postgres_schema import CHILD
from baoxue_shared.history.postgres_writer import PostgresWriter
from baoxue_shared.history.store import STORED, Record, State, Stored, UnreachableStoreError
from baoxue_shared.history.unit import Request, Row, SqlValue, Statement, Unit

PAGE = 1000
BY_ORIGINATOR = """
select originator_id, originator_version, topic, state, position from {service}_events
where (originator_id, originator_version) > (%s::uuid, %s) order by originator_id, originator_version limit %s
"""
_uuid = lru_cache(10_000)(UUID)  # an aggregate's rows come together
READERS, WITHIN = 4, 5.0  # connections; seconds
TRIED_FOR = 2.0  # seconds: after them whoever asks next tries anew, and waits for no long back-off


class UnlockedFunctionsError(Exception):
    """POSTGRES_ENABLE_DB_FUNCTIONS is on: the library's functions take no lock and lose events for readers."""


class _WholeLoader(Loader):
    """Sums of whole numbers are `numeric`: they stay whole numbers."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


async def _read_only(connection: AsyncConnection[TupleRow]) -> None:
    connection.adapters.register_loader("uuid", TextLoader)
    connection.adapters.register_loader("numeric", _WholeLoader)
    await connection.set_autocommit(True)
    await connection.execute("set default_transaction_read_only = on")


class PostgresStore(Following):
    """`Store` on one PostgreSQL database, as the application role."""

    child = CHILD

    def __init__(self, dsn: str, service: str) -> None:
        if os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS", "").lower() in {"y", "yes", "t", "true", "on", "1"}:
            raise UnlockedFunctionsError
        super().__init__()
        self.service = service
        self._writer = PostgresWriter(dsn, self)
        self._readers = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=READERS,
            open=False,
            configure=_read_only,
            timeout=WITHIN,
            reconnect_timeout=TRIED_FOR,
        )
        self._opened = False
        self.committed: Callable[[], None] | None = None  # tells other processes

    async def append(self, unit: Unit) -> tuple[int, ...]:
        return await self._writer.append(unit)

    def waiting(self) -> int:
        return self._writer.waiting()

    def grew(self) -> None:
        self.wake()
        if self.committed is not None:
            self.committed()

    async def execute(self, statements: Sequence[Statement]) -> None:
        await self._writer.append(Unit(statements=tuple(statements)))

    def forgetting(self, reader: str) -> Statement:
        return Statement(f"select {self.service}.forget_reader(:reader)", {"reader": reader})

    async def _open(self) -> None:
        if not self._opened:
            await self._readers.open()
            self._opened = True

    async def _select(
        self, sql: bytes, params: Sequence[object] | Mapping[str, SqlValue] = ()
    ) -> tuple[list[str], list[TupleRow]]:
        """UnreachableStoreError."""
        await self._open()
        problem: Exception | None = None
        for _ in range(READERS + 1):  # each connection may have been lost, and says so when it is used
            try:
                async with self._readers.connection() as connection:
                    cursor = await connection.execute(sql, params)
                    return [column.name for column in cursor.description or ()], await cursor.fetchall()
            except psycopg.OperationalError as error:
                problem = error
                if isinstance(error, PoolTimeout):
                    break
        raise UnreachableStoreError(str(problem)) from problem

    async def fetch(self, sql: str, params: Mapping[str, SqlValue] | None = None) -> list[Record]:
        names, found = await self._select(places(sql), params or {})
        return [dict(zip(names, row, strict=True)) for row in found]

    async def pages(self, sql: str) -> AsyncIterator[list[TupleRow]]:
        await self._open()
        async with (
            self._readers.connection() as connection,
            connection.transaction(),
            connection.cursor(name="pages") as cursor,
        ):
            await cursor.execute(sql.encode())
            while page := await cursor.fetchmany(PAGE):
                yield page

    async def _rows(self, condition: str, params: Sequence[object]) -> list[Row]:
        sql = f"select {COLUMNS} from {self.service}_events where {condition}"
        return [_row(values) for values in (await self._select(sql.encode(), params))[1]]

    async def rows_of(self, originator_id: UUID, *, after_version: int = 0) -> list[Row]:
        return await self._rows(
            "originator_id = %s and originator_version > %s order by originator_version",
            (originator_id, after_version),
        )

    async def rows(self, *, after: int = 0, limit: int = PAGE) -> list[Row]:
        return await self._rows("position > %s order by position limit %s", (after, limit))

    async def by_originator(self, after: tuple[str, int], limit: int = PAGE) -> list[State]:
        """In order of aggregate and version, beyond one of them."""
        found = await self._select(BY_ORIGINATOR.format(service=self.service).encode(), (*after, limit))
        return found[1]

    async def stored(self, *, after: int = 0, limit: int = PAGE) -> list[Stored]:
        sql = f"select {STORED} from {self.service}_events where position > %s order by position limit %s"
        return (await self._select(sql.encode(), (after, limit)))[1]

    async def request(self, request_id: str) -> Request | None:
        found = (
            await self._select(f"select * from {self.service}_requests where request_id = %s".encode(), (request_id,))
        )[1]
        return Request(found[0][0], found[0][1], UUID(found[0][2]), found[0][3], found[0][4]) if found else None

    async def close(self) -> None:
        await self._writer.close()
        if self._opened:
            await self._readers.close()


def _row(values: TupleRow) -> Row:
    identity, version, topic, recorded_at, *rest = values
    return Row(_uuid(identity), version, topic, datetime.fromisoformat(recorded_at), *rest)
