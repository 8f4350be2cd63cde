"""Whether something is on record, whether a place is the actor's, and what is changed beside the thing in hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec
from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.errors import OutsideJurisdictionError
from baoxue_shared.history.application import Application


async def known(application: Application, originator_id: UUID) -> bool:
    table = f"{application.store.service}_events"
    found = await application.store.fetch(
        f"select 1 as found from {table} where originator_id = :id limit 1", {"id": str(originator_id)}
    )
    return bool(found)


def check_place(area: str) -> None:
    """OutsideJurisdictionError."""
    if not reaches(current_acting.get().actor, area):
        raise OutsideJurisdictionError(area=area)


@contextmanager
def beside() -> Iterator[None]:
    """What is changed beside the thing that If-Match names: another thing, at a version of its own."""
    token = current_acting.set(msgspec.structs.replace(current_acting.get(), expected_version=None))
    try:
        yield
    finally:
        current_acting.reset(token)
