"""`GET /history/{id}` and `/asof/{id}` on every service."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from baoxue_shared.access.reach import check_reach
from baoxue_shared.audited import Audited
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.replay.asof import as_of
from baoxue_shared.replay.reading import By, replay
from baoxue_shared.web import Reader, Routes


def add_history(routes: Routes, application: Application) -> None:
    """An aggregate's history as of an instant, inside the reader's reach; the reading is recorded."""

    async def read_history(
        id: UUID, reader: Reader, at: AwareDatetime | None = None, by: By = "recorded"
    ) -> list[dict[str, Any]]:
        aggregate = await application.load(Audited, id)
        check_reach(reader, aggregate)
        child_id = getattr(aggregate, "child_id", None)
        if child_id is not None:
            await routes.world.read_log.record(reader, child_id, "history")
        return replay(await application.store.rows_of(id), at=at, by=by)

    async def read_as_of(
        id: UUID, reader: Reader, at: AwareDatetime | None = None, by: By = "recorded"
    ) -> dict[str, Any]:
        """The thing as it stood then; 404 if it did not exist."""
        await read_history(id, reader, at, by)
        state = as_of(await application.store.rows_of(id), at, by)
        if state is None:
            raise AggregateNotFoundError(id=id)
        return state

    routes.query("/history/{id}", read_history)
    routes.query("/asof/{id}", read_as_of)
