"""What both stores do alike: walking the history, readers' positions, waiting for more."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from baoxue_shared.history.store import Keys, Record, Watch
from baoxue_shared.history.unit import Outcome, ReaderPosition, Row, SqlValue, Statement, Unit

COLUMNS = "originator_id, originator_version, topic, recorded_at, actor, jurisdiction, state, position, epoch"
PAGE = 1000


class Following(ABC):
    """Base of the stores."""

    service: str
    child: str  # the indexed expression: the first 8 digits of the child's id in a thing's first event

    def __init__(self) -> None:
        self.keys: Keys | None = None
        self._grown = asyncio.Event()
        self.admit: Callable[[], None] = lambda: None
        self.halt: Callable[[], None] = lambda: None
        self.watch: Watch = lambda _outcomes, _seconds: None

    def settle(self, units: Sequence[Unit]) -> list[int]:
        """Before a commit: the keys that the units need are durable. Which units need one that must not be used."""
        if self.keys is None:
            return []
        self.keys.settle()
        return [n for n, unit in enumerate(units) if unit.keys and self.keys.overtaken(unit.keys)]

    @abstractmethod
    async def fetch(self, sql: str, params: Mapping[str, SqlValue] | None = None) -> list[Record]: ...

    @abstractmethod
    async def rows(self, *, after: int = 0, limit: int = 1000) -> list[Row]: ...

    @abstractmethod
    def forgetting(self, reader: str) -> Statement: ...

    @abstractmethod
    async def execute(self, statements: Sequence[Statement]) -> None: ...

    async def forget_reader(self, reader: str) -> None:
        await self.execute([self.forgetting(reader)])

    async def stream(self, *, after: int = 0) -> AsyncIterator[Row]:
        while page := await self.rows(after=after):
            for row in page:
                yield row
            after = page[-1].position

    async def rows_where(self, condition: str, params: Mapping[str, SqlValue]) -> AsyncIterator[Row]:
        after = 0
        sql = f"select {COLUMNS} from {self.service}_events where position > :after and ({condition})"
        while page := await self.fetch(f"{sql} order by position limit {PAGE}", {**params, "after": after}):
            for record in page:
                yield _row(record)
            after = int(page[-1]["position"] or 0)

    async def things_of(self, child_id: UUID) -> list[UUID]:
        found = await self.fetch(
            f"select originator_id, state from {self.service}_events"
            f" where originator_version = 1 and {self.child} = :child order by position",
            {"child": str(child_id)[:8]},
        )
        named = f'"child_id":"{child_id}"'.encode()
        return [UUID(str(r["originator_id"])) for r in found if named in bytes(r["state"])]  # type: ignore[arg-type]

    async def reader_position(self, reader: str, publisher: str) -> ReaderPosition | None:
        found = await self.fetch(
            f"select * from {self.service}_positions where reader = :reader and publisher = :publisher",
            {"reader": reader, "publisher": publisher},
        )
        return ReaderPosition(**found[0]) if found else None  # type: ignore[arg-type]

    async def last_position(self) -> int:
        found = await self.fetch(f"select coalesce(max(position), 0) as last from {self.service}_events")
        return int(found[0]["last"] or 0)

    async def wait_beyond(self, position: int, timeout: float) -> None:  # noqa: ASYNC109
        grown = self._grown
        if await self.last_position() > position:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):  # `wait_for` of Python 3.11 can swallow a cancellation
                await grown.wait()

    def tell(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """One commit is done; those who wait for events look again if there are any."""
        self.watch(outcomes, seconds)
        if any(outcome and not isinstance(outcome, Exception) for outcome in outcomes):
            self.grew()

    def grew(self) -> None:
        self.wake()

    def wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


def _row(record: Record) -> Row:
    state = record["state"]
    return Row(
        originator_id=UUID(str(record["originator_id"])),
        originator_version=int(record["originator_version"] or 0),
        topic=str(record["topic"]),
        recorded_at=datetime.fromisoformat(str(record["recorded_at"])),
        actor=str(record["actor"]),
        jurisdiction=str(record["jurisdiction"]),
        state=state if isinstance(state, bytes) else str(state).encode(),
        position=int(record["position"] or 0),
        epoch=int(record["epoch"] or 0),
    )
