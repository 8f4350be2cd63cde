"""Applies the service's own events to its views."""

import asyncio

import structlog

from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.messaging.cloudevents import heard_of
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.view import View

BATCH = 500
POLL = 1.0
PAUSE = 0.5
log = structlog.get_logger()


async def prepare_view(store: Store, view: View) -> bool:
    """Create a view's tables. False, and nothing done, if those of another version serve: `Renewal` replaces them."""
    found = await store.fetch(f"select version from {store.service}_views where name = :name", {"name": view.name})
    if found and found[0]["version"] != view.version:
        return False
    noted = Statement(
        f"insert into {store.service}_views (name, version) values (:name, :version) on conflict do nothing",
        {"name": view.name, "version": view.version},
    )
    await store.execute([*(Statement(table) for table in view.tables), noted])
    return True


class Follower:
    """Keeps one view up with the own history."""

    def __init__(self, committing: Committing) -> None:
        self.committing = committing
        self._mapper = Mapper()

    async def run(self) -> None:
        """Until cancelled."""
        store = self.committing.store
        while True:
            try:
                await self.committing.load()
                while True:
                    rows = await store.rows(after=self.committing.position.position, limit=BATCH)
                    if not rows:
                        await store.wait_beyond(self.committing.position.position, POLL)
                        continue
                    batch = [heard_of(store.service, row, self._mapper.to_event(row)) for row in rows]
                    await self.committing.commit(batch, 0)
            except Exception as error:  # noqa: BLE001 - told, then tried again from the stored position
                log.warning("follower waits", reader=self.committing.reader, error=type(error).__name__)
                await asyncio.sleep(PAUSE)
