"""A child's one lifelong school record."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed

from baoxue_enrollment.domain.entry_age import COMPULSORY_YEARS, LAST_PRIMARY_GRADE


class AlreadyCheckedInError(RefusalError):
    """A pupil was checked in twice in one semester."""


class NotExpectedError(RefusalError):
    """A pupil was checked in, or missed, in a semester in which no school expects it."""


class AlreadyExpectedError(RefusalError):
    """A pupil was expected twice in one semester."""


class CompletedError(RefusalError):
    """Compulsory education is completed: the record moves no further."""


class NotMissedYetError(RefusalError):
    """A check-in was to be recorded as missed before its day was over, or a second time."""


class SkipNotPossibleError(RefusalError):
    """A pupil was to skip the last grade of a stage: leavers go on by placement and notice."""


class NothingWrongError(RefusalError):
    """A record was to be corrected to what it says already."""


class PupilRecord(Audited):
    """学籍: school, grade, and each semester's check-in."""

    TOPIC = "enrollment.PupilRecord"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.PupilRecord.Opened"
        area: str
        child_id: UUID
        school_id: UUID
        grade: int
        year: int  # the school year in which the pupil is in that grade

    class Promoted(Audited.Event):
        TOPIC = "enrollment.PupilRecord.Promoted"
        area: str
        child_id: UUID
        school_id: UUID
        grade: int
        year: int

    class GradeSkipped(Audited.Event):
        """On the guardian's application, approved by county education."""

        TOPIC = "enrollment.PupilRecord.GradeSkipped"
        area: str
        child_id: UUID
        school_id: UUID
        grade: int
        year: int
        approval: Sealed
        skipped_on: date

    class Transferred(Audited.Event):
        """The record is at another school of the county."""

        TOPIC = "enrollment.PupilRecord.Transferred"
        area: str
        child_id: UUID
        school_id: UUID
        former: UUID

    class Corrected(Audited.Event):
        """What the register said was wrong: the school that teaches the pupil, or the grade."""

        TOPIC = "enrollment.PupilRecord.Corrected"
        area: str
        child_id: UUID
        school_id: UUID
        grade: int
        year: int
        changed: tuple[str, ...]
        corrected_on: date

    class CompulsoryCompleted(Audited.Event):
        TOPIC = "enrollment.PupilRecord.CompulsoryCompleted"
        area: str
        child_id: UUID
        school_id: UUID
        year: int

    class Expected(Audited.Event):
        TOPIC = "enrollment.PupilRecord.Expected"
        area: str
        child_id: UUID
        school_id: UUID
        grade: int
        semester: str
        due_on: date

    class CheckedIn(Audited.Event):
        TOPIC = "enrollment.PupilRecord.CheckedIn"
        area: str
        child_id: UUID
        school_id: UUID
        semester: str
        checked_in_on: date

    class CheckInMissed(Audited.Event):
        TOPIC = "enrollment.PupilRecord.CheckInMissed"
        area: str
        child_id: UUID
        school_id: UUID
        semester: str
        due_on: date

    class Returned(Audited.Event):
        TOPIC = "enrollment.PupilRecord.Returned"
        area: str
        child_id: UUID
        school_id: UUID
        semester: str | None
        returned_on: date

    @event(Opened)
    def __init__(self, id: UUID, area: str, child_id: UUID, school_id: UUID, grade: int, year: int) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.grade, self.year = grade, year
        self.due: dict[str, date] = {}  # semester → day by which to check in
        self.present: set[str] = set()
        self.missed: set[str] = set()
        self.completed = False

    def promote(self, grade: int, year: int, school_id: UUID) -> None:
        """A new school year: the next grade, at primary leavers' new school too. CompletedError."""
        if self.completed:
            raise CompletedError(child_id=self.child_id)
        if grade > COMPULSORY_YEARS:
            self._completed(self.area, self.child_id, self.school_id, year)
        elif (grade, year, school_id) != (self.grade, self.year, self.school_id):
            self._promoted(self.area, self.child_id, school_id, grade, year)

    @event(Promoted)
    def _promoted(self, area: str, child_id: UUID, school_id: UUID, grade: int, year: int) -> None:
        self.school_id, self.grade, self.year = school_id, grade, year

    def skip_grade(self, approval: Sealed, skipped_on: date) -> None:
        """CompletedError; SkipNotPossibleError."""
        if self.completed:
            raise CompletedError(child_id=self.child_id)
        if self.grade in {LAST_PRIMARY_GRADE, COMPULSORY_YEARS}:
            raise SkipNotPossibleError(grade=self.grade)
        self._skipped(self.area, self.child_id, self.school_id, self.grade + 1, self.year, approval, skipped_on)

    @event(GradeSkipped)
    def _skipped(
        self, area: str, child_id: UUID, school_id: UUID, grade: int, year: int, approval: Sealed, skipped_on: date
    ) -> None:
        self.grade = grade

    def transfer(self, school_id: UUID) -> None:
        """CompletedError."""
        if self.completed:
            raise CompletedError(child_id=self.child_id)
        self._transferred(self.area, self.child_id, school_id, self.school_id)

    @event(Transferred)
    def _transferred(self, area: str, child_id: UUID, school_id: UUID, former: UUID) -> None:
        self.school_id = school_id

    def correct(self, school_id: UUID, grade: int, corrected_on: date) -> None:
        """CompletedError; NothingWrongError."""
        if self.completed:
            raise CompletedError(child_id=self.child_id)
        wrong = {"school_id": school_id != self.school_id, "grade": grade != self.grade}
        changed = tuple(name for name, is_wrong in wrong.items() if is_wrong)
        if not changed:
            raise NothingWrongError
        self._corrected(self.area, self.child_id, school_id, grade, self.year, changed, corrected_on)

    @event(Corrected)
    def _corrected(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        grade: int,
        year: int,
        changed: tuple[str, ...],
        corrected_on: date,
    ) -> None:
        self.school_id, self.grade = school_id, grade

    @event(CompulsoryCompleted)
    def _completed(self, area: str, child_id: UUID, school_id: UUID, year: int) -> None:
        self.completed, self.year = True, year

    def expect(self, semester: str, due_on: date) -> None:
        """The school expects the pupil by that day. CompletedError; AlreadyExpectedError."""
        if self.completed:
            raise CompletedError(child_id=self.child_id)
        if semester in self.due:
            raise AlreadyExpectedError(semester=semester)
        self._expected(self.area, self.child_id, self.school_id, self.grade, semester, due_on)

    @event(Expected)
    def _expected(self, area: str, child_id: UUID, school_id: UUID, grade: int, semester: str, due_on: date) -> None:
        self.due[semester] = due_on

    def check_in(self, semester: str, checked_in_on: date) -> None:
        """NotExpectedError; AlreadyCheckedInError."""
        if semester not in self.due:
            raise NotExpectedError(semester=semester, available=("expect_pupils",))
        if semester in self.present:
            raise AlreadyCheckedInError(semester=semester)
        self._checked_in(self.area, self.child_id, self.school_id, semester, checked_in_on)

    @event(CheckedIn)
    def _checked_in(self, area: str, child_id: UUID, school_id: UUID, semester: str, checked_in_on: date) -> None:
        self.present.add(semester)

    def miss_check_in(self, semester: str, day: date) -> None:
        """`day` is over the due day and nobody came. NotExpectedError; NotMissedYetError; AlreadyCheckedInError."""
        if semester not in self.due:
            raise NotExpectedError(semester=semester)
        if semester in self.present:
            raise AlreadyCheckedInError(semester=semester)
        if semester in self.missed or day <= self.due[semester]:
            raise NotMissedYetError(semester=semester, due_on=self.due[semester])
        self._missed(self.area, self.child_id, self.school_id, semester, self.due[semester])

    @event(CheckInMissed)
    def _missed(self, area: str, child_id: UUID, school_id: UUID, semester: str, due_on: date) -> None:
        self.missed.add(semester)

    def come_back(self, returned_on: date) -> None:
        """Back in class: counts as the check-in that was missed last. AlreadyCheckedInError if none is open."""
        open_semesters = sorted((self.missed - self.present), key=lambda s: self.due[s])
        if not open_semesters:
            raise AlreadyCheckedInError(semester="—")
        self._returned(self.area, self.child_id, self.school_id, open_semesters[-1], returned_on)

    @event(Returned)
    def _returned(self, area: str, child_id: UUID, school_id: UUID, semester: str | None, returned_on: date) -> None:
        self.present.update(self.missed)
        if semester:
            self.present.add(semester)
