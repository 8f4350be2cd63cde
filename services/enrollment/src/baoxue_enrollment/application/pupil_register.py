"""A pupil register's rows as pupil records; a child that is registered at another school is warned of."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.errors import NotFoundError, RefusalError
from baoxue_shared.history.application import Application

from baoxue_enrollment.application.bulk import DONE, UNCHANGED
from baoxue_enrollment.application.chunks import Decided
from baoxue_enrollment.application.known import loaded
from baoxue_enrollment.application.pupils import record_of
from baoxue_enrollment.application.selections import School
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.register_commands import PupilRow

ELSEWHERE = "学籍已在{school}，本表写的是{named}：未改动，请核对；如已转学，请办理转学手续"


class ChildNotOnRegisterError(NotFoundError):
    """A pupil register names a child that no household register holds."""


class UnknownSchoolError(NotFoundError):
    """A pupil register names a school that has no zone."""


class UnknownGradeError(NotFoundError):
    """A pupil's year of entry gives no grade of compulsory school in that year."""


class Registered(NamedTuple):
    """Children by ID number, those without a record, and the records, by child; a decision adds its own."""

    ids: dict[str, UUID]
    children: dict[UUID, Child]
    schools: dict[UUID, UUID]


def _grade_of(row: PupilRow, school: School, year: int) -> int:
    """As written, or by the year of entry into the school's stage. UnknownGradeError."""
    if row.grade is not None:
        return row.grade
    before = LAST_PRIMARY_GRADE if school.stage == "junior" else 0
    grade = year - (row.entered or 0) + 1 + before
    if not before < grade <= 9:  # noqa: PLR2004 - the nine years
        raise UnknownGradeError(entered=row.entered, year=year)
    return grade


class PupilsIn:
    """学籍."""

    operation = "import_pupil_register"
    unchanged: tuple[type[RefusalError], ...] = ()

    def __init__(self, application: Application, by_name: Mapping[str, School], year: int) -> None:
        self._application, self._by_name, self._year = application, by_name, year
        self._names = {
            school.school_id: name for name, school in reversed(list(by_name.items()))
        }  # the first one counts

    @staticmethod
    def acts(chunk: list[PupilRow]) -> list[list[PupilRow]]:
        return [[row] for row in chunk]

    async def look_ahead(self, chunk: list[PupilRow], under_way: Collection[UUID]) -> Registered:  # noqa: ARG002
        """A record that is being written is met as a conflict: only a child that stands twice in one file can."""
        ids = await self._application.sealer.find_all({row.id_number for row in chunk})
        records = await loaded(self._application, PupilRecord, [record_of(child) for child in ids.values()])
        at = {record.child_id: record.school_id for record in records.values()}
        without = [child for child in ids.values() if child not in at]
        return Registered(ids, await loaded(self._application, Child, without), at)

    def decide(self, members: list[PupilRow], ahead: Registered) -> Decided:
        """UnknownSchoolError; ChildNotOnRegisterError; UnknownGradeError."""
        (row,) = members
        school = self._by_name.get(row.school)
        if school is None:
            raise UnknownSchoolError(school=row.school)
        child_id = ahead.ids.get(row.id_number)
        if child_id is None:
            raise ChildNotOnRegisterError
        if (at := ahead.schools.get(child_id)) is not None:
            return Decided((), UNCHANGED, self._warned(row, school, at))
        child = ahead.children.get(child_id)
        if child is None:
            raise ChildNotOnRegisterError
        grade = _grade_of(row, school, self._year)
        record = PupilRecord(record_of(child_id), child.area, child_id, school.school_id, grade, self._year)
        ahead.schools[child_id] = school.school_id
        return Decided((record,), DONE)

    def _warned(self, row: PupilRow, school: School, at: UUID) -> dict[int, str]:
        if at == school.school_id:
            return {}
        return {row.row: ELSEWHERE.format(school=self._names.get(at, "另一学校"), named=row.school)}
