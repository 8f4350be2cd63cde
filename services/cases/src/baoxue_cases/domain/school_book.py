"""Which schools a county has, and which semesters it opened: a roll call for each pair."""

from datetime import date
from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event

_BOOKS = UUID("0a5e6c1b-55b0-4c2a-9a77-5d6b0e5a4f11")


def school_book_of(county: str) -> UUID:
    return uuid5(_BOOKS, county)


class SchoolBook(Audited):
    """学校名录 of a county, as enrollment told it; what came first, school or semester, does not matter."""

    TOPIC = "cases.SchoolBook"

    class Begun(Audited.Event, AggregateCreated):
        TOPIC = "cases.SchoolBook.Begun"
        area: str

    @event(Begun)
    def __init__(self, id: UUID, area: str) -> None:
        self.area = area
        self.schools: dict[UUID, str] = {}
        self.semesters: dict[str, date] = {}

    class SchoolEntered(Audited.Event):
        TOPIC = "cases.SchoolBook.SchoolEntered"
        school: UUID
        township: str

    def enter_school(self, school: UUID, township: str) -> None:
        if self.schools.get(school) != township:
            self._school_entered(school, township)

    @event(SchoolEntered)
    def _school_entered(self, school: UUID, township: str) -> None:
        self.schools[school] = township

    class SemesterEntered(Audited.Event):
        TOPIC = "cases.SchoolBook.SemesterEntered"
        semester: str
        opens_on: date

    def enter_semester(self, semester: str, opens_on: date) -> None:
        if self.semesters.get(semester) != opens_on:
            self._semester_entered(semester, opens_on)

    @event(SemesterEntered)
    def _semester_entered(self, semester: str, opens_on: date) -> None:
        self.semesters[semester] = opens_on
