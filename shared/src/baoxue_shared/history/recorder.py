"""The eventsourcing library's recorders on a `Store`: the library's own test cases prove the store by them."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import PositionConflictError, ReaderPosition, Row, SqlValue, Unit, VersionConflictError

T = TypeVar("T")
READER = "recorder"
ACTOR = "system:recorder"
JURISDICTION = "220822"


class StoreRecorder:
    """Blocks the calling thread while the store's event loop, in a thread of its own, does the work."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _end(self) -> None:
        """Those who still wait in other threads are told that nothing comes any more."""
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def close(self) -> None:
        self._run(self.store.close())
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _append(self, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> tuple[int, ...]:
        now = datetime.now(UTC)
        rows = tuple(
            Row(UUID(str(e.originator_id)), e.originator_version, e.topic, now, ACTOR, JURISDICTION, e.state)
            for e in stored_events
        )
        moved = (ReaderPosition(READER, tracking.application_name, 1, tracking.notification_id),) if tracking else ()
        try:
            return self._run(self.store.append(Unit(rows=rows, positions=moved)))
        except (VersionConflictError, PositionConflictError) as error:
            raise IntegrityError(str(error)) from error


class StoreAggregateRecorder(StoreRecorder, AggregateRecorder):
    """Aggregates' events, by originator."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401
        self._append(stored_events, kwargs.get("tracking"))
        return None

    def _fetch(self, conditions: list[str], order: str, limit: int | None, params: dict[str, SqlValue]) -> list[Record]:
        where = f" where {' and '.join(conditions)}" if conditions else ""
        size = f" limit {int(limit)}" if limit is not None else ""
        sql = f"select * from {self.store.service}_events{where} order by {order}{size}"
        return self._run(self.store.fetch(sql, params))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        conditions = ["originator_id = :id"]
        if gt is not None:
            conditions.append("originator_version > :gt")
        if lte is not None:
            conditions.append("originator_version <= :lte")
        params: dict[str, SqlValue] = {"id": str(originator_id), "gt": gt, "lte": lte}
        order = f"originator_version{' desc' if desc else ''}"
        return [StoredEvent(**_event(found)) for found in self._fetch(conditions, order, limit, params)]


class StoreApplicationRecorder(StoreAggregateRecorder, ApplicationRecorder):
    """Adds the notification log: positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401
        return list(self._append(stored_events, kwargs.get("tracking")))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        conditions = [] if start is None else [f"position {'>=' if inclusive_of_start else '>'} :start"]
        if stop is not None:
            conditions.append("position <= :stop")
        named = {f"topic{n}": topic for n, topic in enumerate(topics)}
        if named:
            conditions.append(f"topic in ({', '.join(f':{name}' for name in named)})")
        found = self._fetch(conditions, "position", limit, {"start": start, "stop": stop, **named})
        return [Notification(id=int(str(one["position"])), **_event(one)) for one in found]

    def max_notification_id(self) -> int | None:
        return self._run(self.store.last_position()) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        message = "followers use Store.wait_beyond"
        raise NotImplementedError(message)


class StoreTrackingRecorder(StoreRecorder, TrackingRecorder):
    """Adds readers' positions."""

    def insert_tracking(self, tracking: Tracking) -> None:
        self._append((), tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        found = self._run(self.store.reader_position(READER, application_name))
        return found.position if found else None


class StoreProcessRecorder(StoreTrackingRecorder, StoreApplicationRecorder, ProcessRecorder):
    """Events and a reader's position in one unit."""


def _event(found: Record) -> dict[str, Any]:
    state = found["state"]
    return {
        "originator_id": UUID(str(found["originator_id"])),
        "originator_version": found["originator_version"],
        "topic": found["topic"],
        "state": state if isinstance(state, bytes) else str(state).encode(),
    }
