"""Commands that take the offices' registers in, and the erasure of a child's personal data."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError, OutsideJurisdictionError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_enrollment.application.bulk import DONE, UNCHANGED, Named, Tally, in_bulk
from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.selections import School, schools
from baoxue_enrollment.commands import EraseChild
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE, entry_year
from baoxue_enrollment.domain.household_survey import HouseholdAlreadySurveyedError, HouseholdSurvey
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.register_commands import (
    HouseholdRow,
    ImportHouseholdRegister,
    ImportPupilRegister,
    ImportSurveySheet,
    Numbered,
    PupilRow,
    SurveyRow,
)

R = TypeVar("R", bound=Numbered)


class Rows(Protocol[R]):
    """A file's good rows, chunk by chunk; `refuser` gives rows of the chunk in hand back if the record refuses them."""

    def chunks(self) -> AsyncIterator[list[R]]: ...

    def refuser(self, numbers: Iterable[int]) -> Callable[[RefusalError], None]: ...


class ChildNotOnRegisterError(NotFoundError):
    """A pupil register names a child that no household register holds."""


class UnknownSchoolError(NotFoundError):
    """A pupil register names a school that has no zone."""


class UnknownGradeError(NotFoundError):
    """A pupil's year of entry gives no grade of compulsory school in that year."""


class HouseholdNotOnRegisterError(NotFoundError):
    """A survey sheet names a household that no register holds."""


def _identity_of(row: HouseholdRow) -> str:
    """What makes a child the same child: the ID number; without one, household, name and birth date."""
    return row.id_number or "/".join(("no-number", row.village, row.household_number, row.name, str(row.born_on)))


def _household_key(row: HouseholdRow | SurveyRow) -> str:
    return f"household/{row.village}/{row.household_number}"


def by_household(chunk: Iterable[HouseholdRow]) -> list[list[HouseholdRow]]:
    """A household is taken or refused as a whole; the number of its first row names the act."""
    households: dict[str, list[HouseholdRow]] = defaultdict(list)
    for row in chunk:
        households[_household_key(row)].append(row)
    return list(households.values())


def _grade_of(row: PupilRow, school: School, year: int) -> int:
    """As written, or by the year of entry into the school's stage. UnknownGradeError."""
    if row.grade is not None:
        return row.grade
    before = LAST_PRIMARY_GRADE if school.stage == "junior" else 0
    grade = year - (row.entered or 0) + 1 + before
    if not before < grade <= 9:  # noqa: PLR2004 - the nine years
        raise UnknownGradeError(entered=row.entered, year=year)
    return grade


class Registers(Application):
    """户籍 and 学籍: what the offices' files say."""

    @command
    async def import_household_register(
        self,
        command: ImportHouseholdRegister,  # noqa: ARG002 - names the file for the request's digest
        rows: Rows[HouseholdRow],
    ) -> Recorded:
        """Every new child and household is recorded once, whoever imports it how often and from which file."""
        return await in_bulk(self, "import_household_register", self._households(rows))

    async def _households(self, rows: Rows[HouseholdRow]) -> AsyncIterator[Named]:
        async for chunk in rows.chunks():
            for members in by_household(chunk):
                yield _act(rows, members, partial(self._record_household, members))

    async def _record_household(self, rows: list[HouseholdRow]) -> Tally:
        village = rows[0].village
        if not reaches(current_acting.get().actor, village):
            raise OutsideJurisdictionError(area=village)
        household_id = await self.sealer.claim(_household_key(rows[0]), uuid4())
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
        plain = row.model_dump(exclude={"row", "village"}, exclude_none=True, mode="json")
        sealed = self.seal(child_id, Child.Recorded.TOPIC, **plain)
        return Child(child_id, row.village, household_id, entry_year(row.born_on), Identity(**sealed))

    @command
    async def import_pupil_register(self, command: ImportPupilRegister, rows: Rows[PupilRow]) -> Recorded:
        by_name = await schools(self.store)

        def act(row: PupilRow) -> Callable[[], Awaitable[Tally]]:
            return partial(self._open_record, row, by_name.get(row.school), command.year)

        return await in_bulk(self, "import_pupil_register", _one_by_one(rows, act))

    async def _open_record(self, row: PupilRow, school: School | None, year: int) -> Tally:
        if school is None:
            raise UnknownSchoolError(school=row.school)
        child_id = await self.sealer.find(row.id_number)
        if child_id is None:
            raise ChildNotOnRegisterError
        record_id = one_per("pupil-record", child_id)
        if await known(self, record_id):
            return UNCHANGED
        child = await self.load(Child, child_id)
        grade = _grade_of(row, school, year)
        await self.save(PupilRecord(record_id, child.area, child_id, school.school_id, grade, year))
        return DONE

    @command
    async def import_survey_sheet(self, command: ImportSurveySheet, rows: Rows[SurveyRow]) -> Recorded:
        """Households by their register number, surveyed or confirmed by the village committee."""

        def act(row: SurveyRow) -> Callable[[], Awaitable[Tally]]:
            return partial(self._survey_row, row, command.year)

        unchanged = (HouseholdAlreadySurveyedError,)
        return await in_bulk(self, "import_survey_sheet", _one_by_one(rows, act, unchanged), unchanged=unchanged)

    async def _survey_row(self, row: SurveyRow, year: int) -> Tally:
        household_id = await self.sealer.find(_household_key(row))
        if household_id is None:
            raise HouseholdNotOnRegisterError(number=row.household_number)
        async with self.changing(HouseholdSurvey, household_id) as household:
            if row.confirmed:
                household.confirm(year, row.attempts, row.done_on)
            else:
                household.survey(year, row.done_on)
            await self.save(household)
        return DONE

    @command
    async def erase_child(self, child_id: UUID, command: EraseChild) -> Recorded:
        """The keys are destroyed; history keeps its proofs and reads "erased". ErasedChildError the second time."""
        child = await self.load(Child, child_id)
        return await record_erasure(self, child_id, child.area, command.ground)


def _act(
    rows: Rows[R],
    members: list[R],
    act: Callable[[], Awaitable[Tally]],
    unchanged: tuple[type[RefusalError], ...] = (),
) -> Named:
    """A refusal goes back into the file, to each of the act's rows."""
    refuse = rows.refuser(row.row for row in members)

    async def told() -> Tally:
        try:
            return await act()
        except unchanged:
            raise
        except RefusalError as refusal:
            refuse(refusal)
            raise

    return str(members[0].row), told


async def _one_by_one(
    rows: Rows[R],
    act: Callable[[R], Callable[[], Awaitable[Tally]]],
    unchanged: tuple[type[RefusalError], ...] = (),
) -> AsyncIterator[Named]:
    async for chunk in rows.chunks():
        for row in chunk:
            yield _act(rows, [row], act(row), unchanged)
