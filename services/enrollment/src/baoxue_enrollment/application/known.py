"""Whether something is on record."""

from uuid import UUID

from baoxue_shared.history.application import Application


async def known(application: Application, originator_id: UUID) -> bool:
    table = f"{application.store.service}_events"
    found = await application.store.fetch(
        f"select 1 as found from {table} where originator_id = :id limit 1", {"id": str(originator_id)}
    )
    return bool(found)
