"""A class of a school: formed, moving up year by year, dissolved."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class ClassFormedError(RefusalError):
    """A class of that school, grade, year and number is on record."""


class ClassDissolvedError(RefusalError):
    """A class that was dissolved was to change."""


class ClassMovedUpError(RefusalError):
    """A class was to move up to a school year that it has reached already."""


class SchoolClass(Audited):
    """班级: its homeroom teacher is named in oversight, by this id."""

    TOPIC = "enrollment.SchoolClass"

    class Formed(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.SchoolClass.Formed"
        area: str
        school_id: UUID
        grade: int
        year: int
        number: int
        formed_on: date

    class MovedUp(Audited.Event):
        TOPIC = "enrollment.SchoolClass.MovedUp"
        area: str
        school_id: UUID
        grade: int
        year: int

    class Dissolved(Audited.Event):
        TOPIC = "enrollment.SchoolClass.Dissolved"
        area: str
        school_id: UUID
        dissolved_on: date

    @event(Formed)
    def __init__(
        self, id: UUID, area: str, school_id: UUID, grade: int, year: int, number: int, formed_on: date
    ) -> None:
        self.area, self.school_id = area, school_id
        self.grade, self.year, self.dissolved = grade, year, False

    def move_up(self, year: int) -> None:
        """ClassDissolvedError; ClassMovedUpError."""
        if self.dissolved:
            raise ClassDissolvedError
        if year <= self.year:
            raise ClassMovedUpError(year=year)
        self._moved_up(self.area, self.school_id, self.grade + year - self.year, year)

    @event(MovedUp)
    def _moved_up(self, area: str, school_id: UUID, grade: int, year: int) -> None:
        self.grade, self.year = grade, year

    def dissolve(self, dissolved_on: date) -> None:
        """ClassDissolvedError."""
        if self.dissolved:
            raise ClassDissolvedError
        self._dissolved(self.area, self.school_id, dissolved_on)

    @event(Dissolved)
    def _dissolved(self, area: str, school_id: UUID, dissolved_on: date) -> None:
        self.dissolved = True
