"""All aggregates of a history, folded one after another in bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.history.folding import fold_one
from baoxue_shared.history.store import State, Store
from baoxue_shared.tasks import end

PAGE = 5000
NOTHING = (str(UUID(int=0)), 0)


async def fold_all(store: Store) -> AsyncIterator[Audited]:
    """Each aggregate as recorded now, in order of id. UnreadableRowError; UnknownTopicError."""
    identity, aggregate = "", None
    async for page in _pages(store):
        for originator_id, _, topic, state, position in page:
            if originator_id != identity:
                if aggregate is not None:
                    yield aggregate
                identity, aggregate = originator_id, None
            aggregate = fold_one(aggregate, topic, state, position)
    if aggregate is not None:
        yield aggregate


async def _pages(store: Store) -> AsyncIterator[list[State]]:
    """The next page is fetched while one is folded."""
    page = await store.by_originator(NOTHING, PAGE)
    while page:
        ahead = asyncio.create_task(store.by_originator(page[-1][:2], PAGE))
        await asyncio.sleep(0)  # it begins now
        try:
            yield page
            page = await ahead
        finally:
            await end([ahead])
