"""The base of every service's application: its methods are the commands."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from baoxue_shared.access.reach import check_reach
from baoxue_shared.actor import current_acting
from baoxue_shared.audited import Audited
from baoxue_shared.clock import Clock, today
from baoxue_shared.command import Command, Recorded
from baoxue_shared.duties.guarding import Forbidden, guards
from baoxue_shared.errors import NotFoundError, RefusalError, RequestReusedError, StaleVersionError
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Request, Statement, Unit, VersionConflictError
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.sealed import Sealed

A = TypeVar("A", bound=Audited)
CACHED = 20_000


class AggregateNotFoundError(NotFoundError):
    """No such thing is on record."""


class Application:
    """Loads aggregates, lets a method change them, records what happened through the group commit."""

    def __init__(self, store: Store, sealer: Sealer, clock: Clock) -> None:
        self.store, self.sealer, self.clock = store, sealer, clock
        self.mapper = Mapper()
        store.keys = sealer
        self._cache: OrderedDict[UUID, Audited] = OrderedDict()
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def seal(self, child_id: UUID, where: str, **plain: str) -> dict[str, Sealed]:
        """For the events of the command in hand: each field sealed for its place `<where>.<name>`. ErasedChildError.

        A key that is made for it is durable before they are, by the same group commit.
        """
        sealed, unsettled = self.sealer.seal_until_settled(child_id, where, **plain)
        if unsettled is not None:
            current_acting.get().unsettled.add(unsettled)
        return sealed

    def forbidden(self, operation: str, body: Command | None) -> Forbidden | None:
        """The duty of the catalogue that forbids the operation to whoever acts; asked before it is decided."""
        return guards().forbidding(operation, body, current_acting.get().actor.jurisdiction, today(self.clock))

    async def note_attempt(self, forbidden: Forbidden, given: Mapping[str, object]) -> None:
        """Record that a forbidden command was sent, where the duty is to hear of it; `given`: its arguments."""

    async def load(self, kind: type[A], originator_id: UUID) -> A:
        """The aggregate as recorded now, for reading. AggregateNotFoundError."""
        rows = await self.store.rows_of(originator_id)
        aggregate = self.mapper.fold(rows)
        if not isinstance(aggregate, kind):
            raise AggregateNotFoundError(id=originator_id)
        return aggregate

    @asynccontextmanager
    async def changing(self, kind: type[A], originator_id: UUID) -> AsyncIterator[A]:
        """The aggregate, locked until the block has saved it; forgotten if the block fails.

        AggregateNotFoundError; OutsideJurisdictionError; StaleVersionError when If-Match names another version;
        VersionConflictError when the block refused by a state that another process has overtaken.
        """
        acting = current_acting.get()
        collector = acting.collector
        if collector is None:
            async with self._held(kind, originator_id) as aggregate, self._undisputed(aggregate):
                expected = acting.expected_version
                if expected is not None and expected != aggregate.version:
                    raise StaleVersionError(expected=expected, version=aggregate.version)
                yield aggregate
            return
        if originator_id not in collector.held:
            holding = self._held(kind, originator_id)
            collector.held[originator_id] = await collector.locks.enter_async_context(holding)
        async with self._undisputed(collector.held[originator_id]) as aggregate:
            yield aggregate

    @asynccontextmanager
    async def _undisputed(self, aggregate: A) -> AsyncIterator[A]:
        """A refusal by a remembered state counts only if no other process has recorded more."""
        version = aggregate.version
        try:
            yield aggregate
        except RefusalError as refusal:
            if await self.store.rows_of(aggregate.id, after_version=version):
                raise VersionConflictError(str(aggregate.id)) from refusal
            raise

    @asynccontextmanager
    async def _held(self, kind: type[A], originator_id: UUID) -> AsyncIterator[A]:
        async with self._locks.setdefault(originator_id, asyncio.Lock()):
            try:
                aggregate = self._cache.pop(originator_id, None) or await self.load(kind, originator_id)
                if not isinstance(aggregate, kind):
                    raise AggregateNotFoundError(id=originator_id)
                check_reach(current_acting.get().actor, aggregate)
                yield aggregate
            except BaseException:
                self._cache.pop(originator_id, None)
                raise
            else:
                self._remember(aggregate)

    def _remember(self, aggregate: Audited) -> None:
        if aggregate.pending_events:  # decided but never saved: not the committed state
            return
        self._cache[aggregate.id] = aggregate
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)

    async def save(
        self,
        *aggregates: Audited,
        answer: dict[str, object] | None = None,
        statements: tuple[Statement, ...] = (),
    ) -> Recorded:
        """Record the aggregates' new events as one unit, answered when durable; the first one names the answer.

        OverloadedError when too much waits or evidence lags: nothing was recorded.
        """
        acting = current_acting.get()
        self.store.admit() if acting.collector is None else self.store.halt()
        for aggregate in aggregates:
            check_reach(acting.actor, aggregate)
        first = aggregates[0]
        ordered = (*aggregates[1:], first)  # the answer's own event last: its position is the whole unit's
        rows = tuple([self.mapper.to_row(e) for a in ordered for e in a.collect_events()])
        stored = None if answer is None else json.dumps(answer, ensure_ascii=False, default=str)
        request = Request(acting.request_id, acting.digest, first.id, first.version, stored)
        unit = Unit(rows=rows, requests=(request,), statements=statements, keys=tuple(acting.unsettled))
        if acting.collector is not None:
            acting.collector.add(unit)
            acting.collector.held.update({aggregate.id: aggregate for aggregate in aggregates})
            return Recorded(id=first.id, version=first.version, position=0, answer=answer)
        created = {row.originator_id for row in rows if row.originator_version == 1}
        new = [a for a in ordered if a.id in created]
        positions = await self.store.append(unit)
        for aggregate in new:  # nobody else can hold what did not exist before: it is as committed
            self._remember(aggregate)
        position = positions[-1] if positions else await self.store.last_position()
        return Recorded(id=first.id, version=first.version, position=position, answer=answer)

    async def first_answer(self, request: Request, digest: str) -> Recorded:
        """What a repeated request is answered with. RequestReusedError if its body differs."""
        if request.digest != digest:
            raise RequestReusedError(request_id=request.request_id.partition("/")[2])
        rows = await self.store.rows_of(request.originator_id, after_version=request.originator_version - 1)
        answer = None if request.answer is None else json.loads(request.answer)
        return Recorded(
            id=request.originator_id,
            version=request.originator_version,
            position=rows[0].position if rows else 0,
            answer=answer,
        )
