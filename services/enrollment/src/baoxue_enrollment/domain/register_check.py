"""Who of a school's register is not there, month by month, by roll or by the teachers' list; each is verified."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError, RefusalError
from baoxue_shared.sealed import Sealed

Form = Literal["roll", "absentees_only"]
Cause = Literal["ill", "on_leave", "taught_elsewhere", "moved_away", "suspended", "at_school", "out_of_school"]


class NotListedAbsentError(RefusalError):
    """An absence was to be verified of a pupil whom the school did not list."""


class VerifiedAlreadyError(RefusalError):
    """The same cause of an absence was to be recorded twice."""


class SameRollError(RefusalError):
    """A school's roll of a month was taken in a second time, unchanged."""


class NotAMonthError(InvalidInputError):
    """A month is none, or has not begun."""


class RegisterCheck(Audited):
    """在籍不在校核实 of a school and month: the register against who is there."""

    TOPIC = "enrollment.RegisterCheck"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.RegisterCheck.Opened"
        area: str
        school_id: UUID
        month: str

    class AbsenteesListed(Audited.Event):
        """`guests`: here by the roll, on the register of `guests_of`; `present`: how many own pupils were there."""

        TOPIC = "enrollment.RegisterCheck.AbsenteesListed"
        area: str
        school_id: UUID
        month: str
        form: Form
        children: tuple[UUID, ...]
        guests: tuple[UUID, ...]
        guests_of: tuple[UUID, ...]
        present: int
        listed_on: date

    class AbsenceVerified(Audited.Event):
        TOPIC = "enrollment.RegisterCheck.AbsenceVerified"
        area: str
        school_id: UUID
        month: str
        child_id: UUID
        cause: Cause
        detail: Sealed | None
        verified_on: date

    class DropoutSuspected(Audited.Event):
        """`area`: the child's village."""

        TOPIC = "enrollment.RegisterCheck.DropoutSuspected"
        area: str
        school_id: UUID
        child_id: UUID
        source: Literal["register_check", "attendance"]
        suspected_on: date

    @event(Opened)
    def __init__(self, id: UUID, area: str, school_id: UUID, month: str) -> None:
        self.area, self.school_id, self.month = area, school_id, month
        self.listed: tuple[Form, frozenset[UUID], frozenset[UUID]] | None = None
        self.causes: dict[UUID, Cause] = {}
        self.suspected: set[UUID] = set()

    def list_absentees(
        self, form: Form, children: tuple[UUID, ...], guests: Mapping[UUID, UUID], present: int, listed_on: date
    ) -> None:
        """`guests`: with their schools of record. A later list stands for the month's earlier one. SameRollError."""
        if self.listed == (form, frozenset(children), frozenset(guests)):
            raise SameRollError(month=self.month)
        who, of = tuple(guests), tuple(guests.values())
        self._listed(self.area, self.school_id, self.month, form, children, who, of, present, listed_on)

    @event(AbsenteesListed)
    def _listed(
        self,
        area: str,
        school_id: UUID,
        month: str,
        form: Form,
        children: tuple[UUID, ...],
        guests: tuple[UUID, ...],
        guests_of: tuple[UUID, ...],
        present: int,
        listed_on: date,
    ) -> None:
        self.listed = (form, frozenset(children), frozenset(guests))

    def verify(self, child_id: UUID, village: str, cause: Cause, detail: Sealed | None, verified_on: date) -> None:
        """Out of school: suspected of having dropped out. NotListedAbsentError; VerifiedAlreadyError."""
        if self.listed is None or child_id not in self.listed[1]:
            raise NotListedAbsentError(month=self.month, available=("list_register_absentees",))
        if self.causes.get(child_id) == cause:
            raise VerifiedAlreadyError(month=self.month)
        self._verified(self.area, self.school_id, self.month, child_id, cause, detail, verified_on)
        if cause == "out_of_school":
            self.suspect(child_id, village, "register_check", verified_on)

    @event(AbsenceVerified)
    def _verified(
        self,
        area: str,
        school_id: UUID,
        month: str,
        child_id: UUID,
        cause: Cause,
        detail: Sealed | None,
        verified_on: date,
    ) -> None:
        self.causes[child_id] = cause

    def suspect(
        self, child_id: UUID, village: str, source: Literal["register_check", "attendance"], suspected_on: date
    ) -> None:
        """Once a month and child."""
        if child_id not in self.suspected:
            self._suspected(village, self.school_id, child_id, source, suspected_on)

    @event(DropoutSuspected)
    def _suspected(
        self,
        area: str,
        school_id: UUID,
        child_id: UUID,
        source: Literal["register_check", "attendance"],
        suspected_on: date,
    ) -> None:
        self.suspected.add(child_id)
