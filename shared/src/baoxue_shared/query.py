"""Asking read models: every query runs inside the reader's jurisdiction."""

from collections.abc import Mapping

from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue

SCOPE = "{scope}"


class QueryWithoutScopeError(Exception):
    """A query was written without the place where the reader's jurisdiction goes."""


async def ask(store: Store, actor: Actor, sql: str, /, **params: SqlValue) -> list[Record]:
    """Rows of a view that the actor may see.

    `sql` has `{scope}` where its condition goes; the view has a column `area` (division code) and, if schools
    may ask it, `school_id`. A query that has no `{scope}` raises QueryWithoutScopeError.
    """
    if SCOPE not in sql:
        raise QueryWithoutScopeError(sql)
    condition, values = scope(actor, "school_id" in sql)
    return await store.fetch(sql.replace(SCOPE, condition), {**params, **values})


def scope(actor: Actor, by_school: bool) -> tuple[str, Mapping[str, SqlValue]]:  # noqa: FBT001
    """The condition of an actor's reach. A whole code level as prefix never covers a neighbour."""
    if actor.role in SCHOOL_ROLES:
        return ("school_id = :scope_school", {"scope_school": actor.organisation}) if by_school else ("1 = 0", {})
    return "area like :scope_area", {"scope_area": f"{actor.jurisdiction}%"}
