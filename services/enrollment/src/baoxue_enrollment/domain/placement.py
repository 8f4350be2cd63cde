"""Which school takes a child for one entry."""
# ruff: noqa: FBT001, PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Entry = Literal["grade_1", "grade_7", "return", "moved_in"]


class AlreadyPlacedError(RefusalError):
    """A child was to be placed twice for one entry."""


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

    @event(ChildPlaced)
    def __init__(
        self, id: UUID, area: str, child_id: UUID, school_id: UUID, entry: Entry, year: int, by_zone: bool
    ) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.entry: Entry = entry
        self.year, self.by_zone = year, by_zone
