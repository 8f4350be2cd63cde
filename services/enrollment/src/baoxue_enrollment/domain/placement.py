"""Which school takes a child for one entry, and every change of that."""
# ruff: noqa: FBT001, PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed

Entry = Literal["grade_1", "grade_7", "return", "moved_in"]
Reason = Literal["zone-full", "sibling-there", "nearer-home", "guardian-moves", "boarding", "guardians-application"]
Ground = Literal["school-refused", "school-full", "school-closed", "road-unsafe", "form-of-schooling", "error"]


class AlreadyPlacedError(RefusalError):
    """A child was to be placed twice for one entry."""


class SameSchoolError(RefusalError):
    """A child was to be moved to the school where it is placed already."""


class Placement(Audited):
    """入学安排: exam-free, by zone and nearby."""

    TOPIC = "enrollment.Placement"

    class ChildPlaced(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.Placement.ChildPlaced"
        area: str
        child_id: UUID
        school_id: UUID
        entry: Entry
        year: int
        by_zone: bool

    class Deviated(Audited.Event):
        """Another school than the zone's, for a stated reason."""

        TOPIC = "enrollment.Placement.Deviated"
        area: str
        child_id: UUID
        school_id: UUID
        former: UUID
        entry: Entry
        year: int
        reason: Reason
        detail: Sealed | None
        deviated_on: date

    class Redirected(Audited.Event):
        """By county education, with ground: no school does this itself."""

        TOPIC = "enrollment.Placement.Redirected"
        area: str
        child_id: UUID
        school_id: UUID
        former: UUID
        entry: Entry
        year: int
        ground: Ground
        detail: Sealed
        redirected_on: date

    @event(ChildPlaced)
    def __init__(
        self, id: UUID, area: str, child_id: UUID, school_id: UUID, entry: Entry, year: int, by_zone: bool
    ) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.entry: Entry = entry
        self.year, self.by_zone = year, by_zone

    def deviate(self, school_id: UUID, reason: Reason, detail: Sealed | None, deviated_on: date) -> None:
        """SameSchoolError."""
        if school_id == self.school_id:
            raise SameSchoolError
        facts = (self.area, self.child_id, school_id, self.school_id, self.entry, self.year)
        self._deviated(*facts, reason, detail, deviated_on)

    @event(Deviated)
    def _deviated(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        former: UUID,
        entry: Entry,
        year: int,
        reason: Reason,
        detail: Sealed | None,
        deviated_on: date,
    ) -> None:
        self.school_id, self.by_zone = school_id, False

    def redirect(self, school_id: UUID, ground: Ground, detail: Sealed, redirected_on: date) -> None:
        """SameSchoolError."""
        if school_id == self.school_id:
            raise SameSchoolError
        facts = (self.area, self.child_id, school_id, self.school_id, self.entry, self.year)
        self._redirected(*facts, ground, detail, redirected_on)

    @event(Redirected)
    def _redirected(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        former: UUID,
        entry: Entry,
        year: int,
        ground: Ground,
        detail: Sealed,
        redirected_on: date,
    ) -> None:
        self.school_id, self.by_zone = school_id, False
