"""All aggregates of a history, folded one after another in bounded memory."""

from collections.abc import AsyncIterator
from itertools import groupby
from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Row

PAGE = 5000
NOTHING = UUID(int=0)


async def fold_all(store: Store) -> AsyncIterator[Audited]:
    """Each aggregate as recorded now, in order of id. UnreadableRowError; UnknownTopicError."""
    mapper = Mapper()
    after = (NOTHING, 0)
    rest: list[Row] = []
    while page := await store.by_originator(after, PAGE):
        after = (page[-1].originator_id, page[-1].originator_version)
        *whole, last = [list(rows) for _, rows in groupby(rest + page, key=lambda row: row.originator_id)]
        for rows in whole:
            aggregate = mapper.fold(rows)
            if aggregate is not None:
                yield aggregate
        rest = last
    aggregate = mapper.fold(rest)
    if aggregate is not None:
        yield aggregate
