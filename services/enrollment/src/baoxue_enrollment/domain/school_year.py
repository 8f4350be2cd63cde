"""A county's school year: study, publicity, summary, plan, semesters."""

from datetime import date
from uuid import UUID

import msgspec
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError, RefusalError


class YearAlreadyOpenedError(RefusalError):
    """A county opened the same school year twice."""


class AlreadyRecordedError(RefusalError):
    """A step of the year that happens once was recorded again."""


class SummaryMissingError(RefusalError):
    """The plan was to be adopted before the summary on which it rests."""


class SemesterDatesError(InvalidInputError):
    """A semester's dates are not in order, or do not belong to this year."""


class Semester(msgspec.Struct, frozen=True):
    """学期: opens, is at its midpoint, ends; pupils check in by `report_on`."""

    semester: str  # "2025-autumn", "2026-spring"
    opens_on: date
    report_on: date
    midpoint_on: date
    ends_on: date


class SchoolYear(Audited):
    """学年: the year's work of one county, March to July of the year after."""

    TOPIC = "enrollment.SchoolYear"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.SchoolYear.Opened"
        area: str
        year: int

    class StudyHeld(Audited.Event):
        TOPIC = "enrollment.SchoolYear.StudyHeld"
        area: str
        year: int
        held_on: date
        departments: int

    class PublicityRecorded(Audited.Event):
        TOPIC = "enrollment.SchoolYear.PublicityRecorded"
        area: str  # the township, or the county
        year: int
        channel: str
        recorded_on: date

    class SummarySubmitted(Audited.Event):
        TOPIC = "enrollment.SchoolYear.SummarySubmitted"
        area: str
        year: int
        children: int
        submitted_on: date

    class PlanAdopted(Audited.Event):
        TOPIC = "enrollment.SchoolYear.PlanAdopted"
        area: str
        year: int
        adopted_on: date

    class SemesterOpened(Audited.Event):
        TOPIC = "enrollment.SchoolYear.SemesterOpened"
        area: str
        year: int
        semester: Semester

    @event(Opened)
    def __init__(self, id: UUID, area: str, year: int) -> None:
        self.area, self.year = area, year
        self.study_held = self.summarised = self.planned = False
        self.publicity: set[tuple[str, str, date]] = set()
        self.semesters: dict[str, Semester] = {}

    def hold_study(self, held_on: date, departments: int) -> None:
        if self.study_held:
            raise AlreadyRecordedError(what="专题研究 / the study")
        self._study_held(self.area, self.year, held_on, departments)

    @event(StudyHeld)
    def _study_held(self, area: str, year: int, held_on: date, departments: int) -> None:
        self.study_held = True

    def record_publicity(self, area: str, channel: str, recorded_on: date) -> None:
        """Once per place, channel and day."""
        if (area, channel, recorded_on) in self.publicity:
            raise AlreadyRecordedError(what="此项宣传 / this publicity")
        self._publicity_recorded(area, self.year, channel, recorded_on)

    @event(PublicityRecorded)
    def _publicity_recorded(self, area: str, year: int, channel: str, recorded_on: date) -> None:
        self.publicity.add((area, channel, recorded_on))

    def submit_summary(self, children: int, submitted_on: date) -> None:
        if self.summarised:
            raise AlreadyRecordedError(what="汇总 / the summary")
        self._summary_submitted(self.area, self.year, children, submitted_on)

    @event(SummarySubmitted)
    def _summary_submitted(self, area: str, year: int, children: int, submitted_on: date) -> None:
        self.summarised = True

    def adopt_plan(self, adopted_on: date) -> None:
        if not self.summarised:
            raise SummaryMissingError(available=("submit_summary",))
        if self.planned:
            raise AlreadyRecordedError(what="工作计划 / the plan")
        self._plan_adopted(self.area, self.year, adopted_on)

    @event(PlanAdopted)
    def _plan_adopted(self, area: str, year: int, adopted_on: date) -> None:
        self.planned = True

    def open_semester(self, semester: Semester) -> None:
        """SemesterDatesError; AlreadyRecordedError."""
        if semester.semester not in {f"{self.year}-autumn", f"{self.year + 1}-spring"}:
            raise SemesterDatesError(problem=f"{semester.semester}: 学年 {self.year}")
        if not semester.opens_on <= semester.report_on <= semester.midpoint_on < semester.ends_on:
            raise SemesterDatesError(problem="opens_on ≤ report_on ≤ midpoint_on < ends_on")
        if semester.semester in self.semesters:
            raise AlreadyRecordedError(what=f"学期 {semester.semester} / the semester")
        self._semester_opened(self.area, self.year, semester)

    @event(SemesterOpened)
    def _semester_opened(self, area: str, year: int, semester: Semester) -> None:
        self.semesters[semester.semester] = semester
