"""Who is where, from the read models: pupils of a school, homes of children, townships of schools, dropouts."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

import msgspec
from baoxue_shared.history.store import Record, Store
from baoxue_shared.privacy.sealer import Sealer

from baoxue_enrollment.domain.personal_data import Identity

AT_ONCE = 400  # ids in one question
_THERE = (  # whom the school has to have: neither suspended, gone elsewhere, missing nor marked
    "completed_at is null and erased_at is null and not exists (select 1 from status_list s"
    " where s.child_id = p.child_id and s.status <> 'at_school')"
)


async def pupils_at(store: Store, school_id: UUID) -> set[UUID]:
    """On the school's register and to be there."""
    found = await store.fetch(
        f"select child_id from pupil_list p where school_id = :school and {_THERE}", {"school": str(school_id)}
    )
    return {UUID(str(row["child_id"])) for row in found}


async def _in_parts(store: Store, text: str, ids: Iterable[UUID]) -> list[Record]:
    rows: list[Record] = []
    rest = iter(sorted(set(ids)))
    while part := list(islice(rest, AT_ONCE)):
        params = {f"id{n}": str(one) for n, one in enumerate(part)}
        rows += await store.fetch(text.format(ids=", ".join(f":{name}" for name in params)), params)
    return rows


async def schools_of(store: Store, children: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each pupil's school of record."""
    rows = await _in_parts(store, "select child_id, school_id from pupil_list where child_id in ({ids})", children)
    return {UUID(str(row["child_id"])): UUID(str(row["school_id"])) for row in rows}


async def areas_of(store: Store, children: Iterable[UUID]) -> dict[UUID, str]:
    """Each child's village."""
    rows = await _in_parts(store, "select child_id, area from child_list where child_id in ({ids})", children)
    return {UUID(str(row["child_id"])): str(row["area"]) for row in rows}


async def school_areas(store: Store) -> dict[UUID, str]:
    """Each school's township."""
    rows = await store.fetch("select school_id, area from zone_list")
    return {UUID(str(row["school_id"])): str(row["area"]) for row in rows}


async def dropouts(store: Store, area: str) -> dict[UUID, str]:
    """Children marked as dropped out, with their villages."""
    rows = await store.fetch(
        "select child_id, area from status_list where status = 'dropped_out' and area like :area", {"area": f"{area}%"}
    )
    return {UUID(str(row["child_id"])): str(row["area"]) for row in rows}


async def without_number(store: Store, sealer: Sealer, school_id: UUID, who: tuple[str, str]) -> UUID | None:
    """The pupil of a school who has no ID number and this name and birth date; None if it is not just one."""
    rows = await store.fetch(
        "select c.child_id, c.identity from pupil_list p join child_list c on c.child_id = p.child_id"
        " where p.school_id = :school and p.erased_at is null and c.identity not like '%\"id_number\"%'",
        {"school": str(school_id)},
    )
    found = []
    for row in rows:
        child_id, identity = UUID(str(row["child_id"])), msgspec.json.decode(str(row["identity"]), type=Identity)
        if (await sealer.open(child_id, identity.name), await sealer.open(child_id, identity.born_on)) == who:
            found.append(child_id)
    return found[0] if len(found) == 1 else None
