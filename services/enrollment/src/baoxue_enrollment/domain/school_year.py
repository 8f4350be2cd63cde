"""A county's school year: study, publicity, summary, plan, semesters."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Any
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event

from baoxue_enrollment.domain.year_terms import (
    AidNeed,
    AlreadyRecordedError,
    DepartmentTask,
    Semester,
    SemesterDatesError,
    SummaryMissingError,
    TownshipDue,
)


class SchoolYear(Audited):
    """学年: the year's work of one county, March to July of the year after."""

    TOPIC = "enrollment.SchoolYear"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.SchoolYear.Opened"
        area: str
        year: int

    class StudyHeld(Audited.Event):
        TOPIC = "enrollment.SchoolYear.StudyHeld"
        class_version = 2
        area: str
        year: int
        held_on: date
        departments: int
        tasks: tuple[DepartmentTask, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["tasks"] = []

    class PublicityRecorded(Audited.Event):
        TOPIC = "enrollment.SchoolYear.PublicityRecorded"
        area: str  # the township, or the county
        year: int
        channel: str
        recorded_on: date

    class SummarySubmitted(Audited.Event):
        """`children`: as the office reports; `distribution`: as the record says on that day."""

        TOPIC = "enrollment.SchoolYear.SummarySubmitted"
        class_version = 2
        area: str
        year: int
        children: int
        submitted_on: date
        distribution: tuple[TownshipDue, ...]
        aid_needs: tuple[AidNeed, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["distribution"], state["aid_needs"] = [], []

    class PlanAdopted(Audited.Event):
        TOPIC = "enrollment.SchoolYear.PlanAdopted"
        area: str
        year: int
        adopted_on: date

    class IdentitySearchMade(Audited.Event):
        """By public security, on its own initiative: how many were found of each kind, zero included."""

        TOPIC = "enrollment.SchoolYear.IdentitySearchMade"
        area: str
        year: int
        not_enrolled: int
        without_number: int
        wrong_data: int
        made_on: date

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

    def hold_study(self, held_on: date, departments: int, tasks: tuple[DepartmentTask, ...]) -> None:
        if self.study_held:
            raise AlreadyRecordedError(what="专题研究 / the study")
        self._study_held(self.area, self.year, held_on, departments, tasks)

    @event(StudyHeld)
    def _study_held(
        self, area: str, year: int, held_on: date, departments: int, tasks: tuple[DepartmentTask, ...]
    ) -> None:
        self.study_held = True

    def record_publicity(self, area: str, channel: str, recorded_on: date) -> None:
        """Once per place, channel and day."""
        if (area, channel, recorded_on) in self.publicity:
            raise AlreadyRecordedError(what="此项宣传 / this publicity")
        self._publicity_recorded(area, self.year, channel, recorded_on)

    @event(PublicityRecorded)
    def _publicity_recorded(self, area: str, year: int, channel: str, recorded_on: date) -> None:
        self.publicity.add((area, channel, recorded_on))

    def submit_summary(
        self, children: int, submitted_on: date, distribution: tuple[TownshipDue, ...], needs: tuple[AidNeed, ...]
    ) -> None:
        if self.summarised:
            raise AlreadyRecordedError(what="汇总 / the summary")
        self._summary_submitted(self.area, self.year, children, submitted_on, distribution, needs)

    @event(SummarySubmitted)
    def _summary_submitted(
        self,
        area: str,
        year: int,
        children: int,
        submitted_on: date,
        distribution: tuple[TownshipDue, ...],
        aid_needs: tuple[AidNeed, ...],
    ) -> None:
        self.summarised = True

    def make_identity_search(self, not_enrolled: int, without_number: int, wrong_data: int, made_on: date) -> None:
        """As often as it is made."""
        self._searched(self.area, self.year, not_enrolled, without_number, wrong_data, made_on)

    @event(IdentitySearchMade)
    def _searched(
        self, area: str, year: int, not_enrolled: int, without_number: int, wrong_data: int, made_on: date
    ) -> None:
        pass

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
