"""A conflict is no fault of the message: whoever was overtaken decides anew."""

import asyncio
from collections.abc import Awaitable, Callable

from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import VersionConflictError

BACK_OFF, LONGEST = 0.05, 2.0  # seconds, doubled each time
ALONE = 8


async def until_undisputed(store: Store, attempt: Callable[[], Awaitable[None]]) -> None:
    """As often as other writers come first, however often that is.

    VersionConflictError when nobody recorded anything during each of several attempts in a row: it conflicts with
    itself, and would do so for ever.
    """
    alone, pause = 0, BACK_OFF
    while True:
        before = await store.last_position()
        try:
            return await attempt()
        except VersionConflictError:
            alone = alone + 1 if await store.last_position() == before else 0
            if alone == ALONE:
                raise
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST)
