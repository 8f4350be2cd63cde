"""A child on the county's registers."""

from uuid import UUID

import msgspec
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.sealed import Sealed


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who the child is and who stands for it: every field sealed under the child's key."""

    name: Sealed
    sex: Sealed
    born_on: Sealed
    household_number: Sealed
    id_number: Sealed | None = None
    relation: Sealed | None = None  # 与户主关系
    guardian_name: Sealed | None = None
    guardian_phone: Sealed | None = None
    groups: Sealed | None = None  # 特殊群体, as written in the register


class Child(Audited):
    """适龄儿童少年: in clear only the village of residence and the year of entry."""

    TOPIC = "enrollment.Child"

    class Recorded(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.Child.Recorded"
        area: str
        household_id: UUID
        entry_year: int
        identity: Identity

    @event(Recorded)
    def __init__(self, id: UUID, area: str, household_id: UUID, entry_year: int, identity: Identity) -> None:
        self.area, self.household_id = area, household_id
        self.entry_year, self.identity = entry_year, identity
