"""Ending tasks for good: on Python 3.11 a library's `wait_for` can swallow a cancellation."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 0.5  # seconds


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel until all are over; their own errors are theirs."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN)
