"""`GET /history/{id}` on every service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from baoxue_shared.access.reach import check_reach
from baoxue_shared.audited import Audited
from baoxue_shared.history.application import Application
from baoxue_shared.replay.reading import By, replay
from baoxue_shared.web import Reader, Routes


def add_history(routes: Routes, application: Application) -> None:
    """An aggregate's history as of an instant, inside the reader's reach; the reading is recorded."""

    async def read_history(
        id: UUID, reader: Reader, at: datetime | None = None, by: By = "recorded"
    ) -> list[dict[str, Any]]:
        aggregate = await application.load(Audited, id)
        check_reach(reader, aggregate)
        child_id = getattr(aggregate, "child_id", None)
        if child_id is not None:
            await routes.world.read_log.record(reader, child_id, "history")
        return replay(await application.store.rows_of(id), at=at, by=by)

    routes.query("/history/{id}", read_history)
