"""A register's rows into the record, a chunk at a time: looked up, decided, sealed and written together."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec
from baoxue_shared.access.reach import check_reach
from baoxue_shared.actor import current_acting
from baoxue_shared.audited import Audited
from baoxue_shared.command import Recorded
from baoxue_shared.errors import BusyAggregateError, OverloadedError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.unit import Request, RequestRepeatedError, Row, Unit, VersionConflictError
from baoxue_shared.tasks import end

from baoxue_enrollment.application.bulk import ATTEMPTS, Tally, made
from baoxue_enrollment.application.told import WITHIN, Reason, Told, told_before, told_of
from baoxue_enrollment.register_commands import Numbered

R = TypeVar("R", bound=Numbered)
A = TypeVar("A")
Refuse = Callable[[Iterable[int], str], None]  # rows by number, with the words
UNDER_WAY = 3  # chunks: one is read, one decided, one written
NOTHING = UUID(int=0)  # what a chunk changed of which every row was on record before
PATIENCE, PAUSE = 60.0, 0.2  # seconds: evidence that lags behind an import catches up


class Decided(NamedTuple):
    """What came of the rows of one act."""

    aggregates: tuple[Audited, ...]
    tally: Tally
    warnings: Mapping[int, str] = {}


class Rows(Protocol[R]):
    """A file's good rows, chunk by chunk; `refuser` is for the chunk in hand, and may be called later too."""

    def chunks(self) -> AsyncIterator[list[R]]: ...

    def refuser(self) -> Refuse: ...

    def words(self, refusal: RefusalError) -> str: ...


class Register(Protocol[R, A]):
    """How the rows of one kind of file are decided."""

    operation: str
    unchanged: tuple[type[RefusalError], ...]

    def acts(self, chunk: list[R]) -> list[list[R]]:
        """Rows that are taken or refused together; the number of the first one names the act."""
        ...

    async def look_ahead(self, chunk: list[R], under_way: Collection[UUID]) -> A:
        """All that the decisions about these rows ask of the record; `under_way`: what is being written."""
        ...

    def decide(self, members: list[R], ahead: A) -> Decided:
        """One act, in a thread. RefusalError."""
        ...


class _Made(NamedTuple):
    """A chunk decided, to be written as one unit."""

    unit: Unit
    told: Told
    ids: frozenset[UUID]


class InChunks(Generic[R, A]):
    """One file on its way: each row is recorded once; what a crash cut short goes on behind the last whole chunk."""

    def __init__(self, application: Application, rows: Rows[R], register: Register[R, A]) -> None:
        self._application, self._rows, self._register = application, rows, register
        self._outer = current_acting.get()
        self._deciding = asyncio.Lock()  # chunk after chunk, each knowing what the former ones will have recorded
        self._under_way: dict[str, frozenset[UUID]] = {}
        self._told = Told()

    async def run(self) -> Recorded:
        """For use inside a `@command`; answered as a bulk command is, `warnings` by row number beside."""
        store, request_id = self._application.store, self._outer.request_id
        earlier = await store.request(request_id)
        if earlier is not None:
            raise RequestRepeatedError(earlier)
        before = await told_before(store, request_id)
        waiting: deque[asyncio.Task[None]] = deque()
        try:
            async for chunk in self._rows.chunks():
                waiting.append(asyncio.create_task(self._chunk(chunk, self._rows.refuser(), before)))
                if len(waiting) == UNDER_WAY:
                    await waiting[0]
                    waiting.popleft()
            while waiting:
                await waiting[0]
                waiting.popleft()
        finally:
            await end(waiting)
        return await made(self._application, self._register.operation, self._told)

    async def _chunk(self, chunk: list[R], refuse: Refuse, before: Mapping[str, Told]) -> None:
        if not chunk:
            return
        acts, name = self._register.acts(chunk), f"{chunk[0].row}-{chunk[-1].row}"
        told = before.get(name) or await self._recorded(name, acts)
        for members in acts:
            if (reason := told.reasons.get(str(members[0].row))) is not None:
                refuse([row.row for row in members], reason.words)
        self._told.add(told)

    async def _recorded(self, name: str, acts: list[list[R]]) -> Told:
        """VersionConflictError when others keep coming first; OverloadedError."""
        for attempt in range(ATTEMPTS + 1):
            made = await self._made(name, acts)
            try:
                await self._application.store.append(made.unit)
            except RequestRepeatedError as repeated:  # the same request runs twice
                return told_of(repeated.earlier.answer)
            except VersionConflictError:
                if attempt == ATTEMPTS:
                    raise
                continue
            finally:
                self._under_way.pop(name, None)
            return made.told
        raise BusyAggregateError

    async def _made(self, name: str, acts: list[list[R]]) -> _Made:
        await self._admitted()
        async with self._deciding:
            under_way = frozenset[UUID]().union(*self._under_way.values())
            ahead = await self._register.look_ahead([row for members in acts for row in members], under_way)
            made = await asyncio.to_thread(self._decided, name, acts, ahead)
            self._under_way[name] = made.ids
        return made

    async def _admitted(self) -> None:
        """An import waits for the evidence that lags behind it. OverloadedError when it does not come."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._application.store.admit()
            except OverloadedError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                return

    def _decided(self, name: str, acts: list[list[R]], ahead: A) -> _Made:
        """In a thread: a chunk's work holds nobody up."""
        rows: list[Row] = []
        told, unsettled = Told(), set[UUID]()
        for members in acts:
            inner = msgspec.structs.replace(
                self._outer,
                request_id=f"{self._outer.request_id}{WITHIN}{members[0].row}",
                expected_version=None,
                unsettled=unsettled,
            )
            current_acting.set(inner)
            told.add(self._act(members, ahead, rows))
        of, version = (rows[-1].originator_id, rows[-1].originator_version) if rows else (NOTHING, 0)
        answer = msgspec.json.encode(told).decode()
        request = Request(f"{self._outer.request_id}{WITHIN}{name}", self._outer.digest, of, version, answer)
        ids = frozenset(row.originator_id for row in rows)
        return _Made(Unit(rows=tuple(rows), requests=(request,), keys=tuple(unsettled)), told, ids)

    def _act(self, members: list[R], ahead: A, rows: list[Row]) -> Told:
        try:
            decided = self._register.decide(members, ahead)
            for aggregate in decided.aggregates:
                check_reach(self._outer.actor, aggregate)
        except self._register.unchanged:
            return Told(unchanged=len(members))
        except RefusalError as refusal:
            return Told(reasons={str(members[0].row): Reason(type(refusal).__name__, self._rows.words(refusal))})
        mapper = self._application.mapper
        rows += [mapper.to_row(event) for aggregate in decided.aggregates for event in aggregate.collect_events()]
        return Told(*decided.tally, warnings={str(row): text for row, text in decided.warnings.items()})
