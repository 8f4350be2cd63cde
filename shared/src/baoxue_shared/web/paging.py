"""Lists come page by page: `next` of one page goes into `after` for the following one."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

Listed = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=1000, description="rows of a page")]


def page(rows: Sequence[Any], limit: int, cursor: str) -> Listed:
    """`rows` were asked in the order of the column `cursor`, at most `limit`; `next` is null on the last page."""
    return {"rows": rows, "next": rows[-1][cursor] if len(rows) == limit else None}
