"""The interface of the two history stores (SQLite, PostgreSQL)."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from baoxue_shared.history.unit import Outcome, ReaderPosition, Request, Row, SqlValue, Statement, Unit

Record = dict[str, SqlValue]
State = tuple[str, int, str, bytes, int]  # originator id, version, topic, state, position
# position, epoch, originator id, version, topic, recorded time, actor, jurisdiction, state: the columns as they stand
Stored = tuple[int, int, str, int, str, str, str, str, bytes]
STORED = "position, epoch, originator_id, originator_version, topic, recorded_at, actor, jurisdiction, state"


class UnreachableStoreError(Exception):
    """The database does not answer. Whether a command was recorded, the same request sent again will tell."""


Watch = Callable[[Sequence[Outcome], float], None]


class Keys(Protocol):
    """What keeps the keys of sealed fields."""

    def settle(self) -> None:
        """Make every new key durable; called in any thread before a commit."""
        ...

    def overtaken(self, key_ids: Iterable[UUID]) -> bool:
        """Whether one of them must not be used: another process's key of the child was first, or an erasure."""
        ...


class Store(Protocol):
    """One service's database: the history and, beside it, what is derived from it."""

    service: str
    admit: Callable[[], None]  # refuses new commands while evidence lags
    halt: Callable[[], None]  # refuses whatever is recorded, reactions too, in a database that was rolled back
    keys: Keys | None
    watch: Watch  # hears of each commit: what came of its units, and how many seconds it took

    def waiting(self) -> int:
        """Units that no commit has taken yet."""
        ...

    async def append(self, unit: Unit) -> tuple[int, ...]:
        """Write durably, group-committed with whatever else waits; positions of the unit's rows, in order.

        VersionConflictError, RequestRepeatedError, PositionConflictError: nothing of this unit was written.
        OverloadedError: the queue is full, nothing was written. UnreachableStoreError: perhaps it was.
        """
        ...

    async def fetch(self, sql: str, params: Mapping[str, SqlValue] | None = None) -> list[Record]:
        """A read-only query with `:named` places, on a connection of its own."""
        ...

    def pages(self, sql: str) -> AsyncIterator[list[tuple[SqlValue, ...]]]:
        """A read-only query's rows as of one instant, in bounded memory."""
        ...

    async def execute(self, statements: Sequence[Statement]) -> None:
        """Statements that carry no history (creating a view's tables), in one transaction."""
        ...

    async def forget_reader(self, reader: str) -> None:
        """Its positions are gone: it begins anew."""
        ...

    def forgetting(self, reader: str) -> Statement:
        """The same as part of a unit."""
        ...

    async def rows_of(self, originator_id: UUID, *, after_version: int = 0) -> list[Row]: ...

    async def rows(self, *, after: int = 0, limit: int = 1000) -> list[Row]:
        """In order of position."""
        ...

    async def by_originator(self, after: tuple[str, int], limit: int = 1000) -> list[State]:
        """In order of aggregate and version, beyond one of them; as light as a fold needs it."""
        ...

    async def stored(self, *, after: int = 0, limit: int = 1000) -> list[Stored]:
        """In order of position, nothing read into it: what is sealed and verified."""
        ...

    def stream(self, *, after: int = 0) -> AsyncIterator[Row]:
        """The whole history in order, in bounded memory."""
        ...

    def rows_where(self, condition: str, params: Mapping[str, SqlValue]) -> AsyncIterator[Row]:
        """Rows whose columns fit, in order of position, in bounded memory."""
        ...

    async def things_of(self, child_id: UUID) -> list[UUID]:
        """Ids of what was begun about a child, by an index, in order."""
        ...

    async def request(self, request_id: str) -> Request | None: ...

    async def reader_position(self, reader: str, publisher: str) -> ReaderPosition | None: ...

    async def last_position(self) -> int: ...

    async def wait_beyond(self, position: int, timeout: float) -> None:  # noqa: ASYNC109
        """Return as soon as the history is longer than `position`, or after `timeout` seconds."""
        ...

    def wake(self) -> None:
        """Another process committed: those in `wait_beyond` look again."""
        ...

    async def close(self) -> None: ...
