"""A household or residence-permit register's rows as children and households, each recorded once."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.errors import OutsideJurisdictionError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.randomness import random_id

from baoxue_enrollment.application.bulk import Tally
from baoxue_enrollment.application.chunks import Decided
from baoxue_enrollment.application.known import known_among
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.entry_age import entry_year
from baoxue_enrollment.domain.household_survey import HouseholdSurvey
from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.register_commands import HouseholdRow, household_key

PERSONAL = (
    "household_number",
    "name",
    "sex",
    "born_on",
    "id_number",
    "relation",
    "guardian_name",
    "guardian_phone",
    "groups",
)


class Claimed(NamedTuple):
    """Whose each natural key is, and which of them are on record; a decision adds its own."""

    ids: dict[str, UUID]
    recorded: set[UUID]


def identity_of(row: HouseholdRow) -> str:
    """What makes a child the same child: the ID number; without one, household, name and birth date."""
    return row.id_number or "/".join(("no-number", row.village, row.household_number, row.name, str(row.born_on)))


def by_household(chunk: list[HouseholdRow]) -> list[list[HouseholdRow]]:
    """A household is taken or refused as a whole; the number of its first row names the act."""
    households: dict[str, list[HouseholdRow]] = defaultdict(list)
    for row in chunk:
        households[household_key(row)].append(row)
    return list(households.values())


class HouseholdsIn:
    """户籍 and 居住证."""

    operation = "import_household_register"
    unchanged: tuple[type[RefusalError], ...] = ()

    def __init__(self, application: Application) -> None:
        self._application = application

    acts = staticmethod(by_household)

    async def look_ahead(self, chunk: list[HouseholdRow], under_way: Collection[UUID]) -> Claimed:
        """Keys of rows outside the actor's area are not claimed."""
        actor = current_acting.get().actor
        within = {village for village in {row.village for row in chunk} if reaches(actor, village)}
        wanted = {
            key: random_id() for row in chunk if row.village in within for key in (household_key(row), identity_of(row))
        }
        ids = await self._application.sealer.claim_all(wanted)
        new = {identity_of(row) for row in chunk if row.village in within}
        self._application.sealer.make_keys(ids[key] for key in new if ids[key] == wanted[key])
        earlier = [one for key, one in ids.items() if one != wanted[key]]
        return Claimed(ids, {*await known_among(self._application, earlier), *under_way})

    def decide(self, members: list[HouseholdRow], ahead: Claimed) -> Decided:
        """OutsideJurisdictionError; ErasedChildError."""
        village = members[0].village
        if not reaches(current_acting.get().actor, village):
            raise OutsideJurisdictionError(area=village)
        household_id = ahead.ids[household_key(members[0])]
        rows = {ahead.ids[identity_of(row)]: row for row in members}
        new = [self._child(one, household_id, row) for one, row in rows.items() if one not in ahead.recorded]
        tally = Tally(len(new), len(members) - len(new))
        households = [] if household_id in ahead.recorded else [HouseholdSurvey(household_id, village)]
        aggregates = (*households, *new)
        ahead.recorded.update(aggregate.id for aggregate in aggregates)
        return Decided(aggregates, tally)

    def _child(self, child_id: UUID, household_id: UUID, row: HouseholdRow) -> Child:
        said = {name: getattr(row, name) for name in PERSONAL}
        plain = {name: str(text) for name, text in said.items() if text is not None}
        sealed = self._application.seal(child_id, Child.Recorded.TOPIC, **plain)
        return Child(child_id, row.village, household_id, entry_year(row.born_on), Identity(**sealed))
