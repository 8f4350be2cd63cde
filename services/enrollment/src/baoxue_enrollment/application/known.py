"""Whether something is on record, and whether a place is the actor's."""

from uuid import UUID

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
