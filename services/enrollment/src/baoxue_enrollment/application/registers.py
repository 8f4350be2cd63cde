"""Commands that take the offices' registers in, and the erasure of a child's personal data."""

from collections import defaultdict
from functools import partial
from uuid import UUID, uuid4

from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError, OutsideJurisdictionError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_enrollment.application.bulk import DONE, UNCHANGED, Named, Tally, in_bulk
from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.selections import schools_by_name
from baoxue_enrollment.commands import EraseChild
from baoxue_enrollment.domain.child import Child, Identity
from baoxue_enrollment.domain.entry_age import entry_year
from baoxue_enrollment.domain.household_survey import HouseholdSurvey
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.register_commands import (
    HouseholdRow,
    ImportHouseholdRegister,
    ImportPupilRegister,
    PupilRow,
)


class ChildNotOnRegisterError(NotFoundError):
    """A pupil register names a child that no household register holds."""


class UnknownSchoolError(NotFoundError):
    """A pupil register names a school that has no zone."""


def _identity_of(row: HouseholdRow) -> str:
    """What makes a child the same child: the ID number; without one, household, name and birth date."""
    return row.id_number or "/".join(("no-number", row.village, row.household_number, row.name, str(row.born_on)))


class Registers(Application):
    """户籍 and 学籍, as the offices' registers have them."""

    @command
    async def import_household_register(self, command: ImportHouseholdRegister) -> Recorded:
        """Every new child and household is recorded once, whoever imports it how often and from which file."""
        households: dict[tuple[str, str], list[HouseholdRow]] = defaultdict(list)
        for row in command.rows:
            households[row.village, row.household_number].append(row)
        acts: list[Named] = [(str(rows[0].row), partial(self._record_household, rows)) for rows in households.values()]
        return await in_bulk(self, "import_household_register", acts)

    async def _record_household(self, rows: list[HouseholdRow]) -> Tally:
        village = rows[0].village
        if not reaches(current_acting.get().actor, village):
            raise OutsideJurisdictionError(area=village)
        key = f"household/{village}/{rows[0].household_number}"
        household_id = await self.sealer.claim(key, uuid4())
        new: list[Child | HouseholdSurvey] = []
        for row in {_identity_of(row): row for row in rows}.values():
            child_id = await self.sealer.claim(_identity_of(row), uuid4())
            if not await known(self, child_id):
                new.append(await self._child(child_id, household_id, row))
        tally = Tally(len(new), len(rows) - len(new))
        if not await known(self, household_id):
            new.append(HouseholdSurvey(household_id, village))
        if new:
            await self.save(*new, answer=tally.answer())
        return tally

    async def _child(self, child_id: UUID, household_id: UUID, row: HouseholdRow) -> Child:
        plain = row.model_dump(exclude={"row", "village", "occurred_at"}, exclude_none=True, mode="json")
        sealed = self.seal(child_id, Child.Recorded.TOPIC, **plain)
        return Child(child_id, row.village, household_id, entry_year(row.born_on), Identity(**sealed))

    @command
    async def import_pupil_register(self, command: ImportPupilRegister) -> Recorded:
        schools = await schools_by_name(self.store)
        acts: list[Named] = [
            (str(row.row), partial(self._open_record, row, schools.get(row.school), command.year))
            for row in command.rows
        ]
        return await in_bulk(self, "import_pupil_register", acts)

    async def _open_record(self, row: PupilRow, school_id: UUID | None, year: int) -> Tally:
        if school_id is None:
            raise UnknownSchoolError(school=row.school)
        child_id = await self.sealer.find(row.id_number)
        if child_id is None:
            raise ChildNotOnRegisterError
        record_id = one_per("pupil-record", child_id)
        if await known(self, record_id):
            return UNCHANGED
        child = await self.load(Child, child_id)
        await self.save(PupilRecord(record_id, child.area, child_id, school_id, row.grade, year))
        return DONE

    @command
    async def erase_child(self, child_id: UUID, command: EraseChild) -> Recorded:
        """The keys are destroyed; history keeps its proofs and reads "erased". ErasedChildError the second time."""
        child = await self.load(Child, child_id)
        return await record_erasure(self, child_id, child.area, command.ground)
