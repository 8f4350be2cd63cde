"""The notice to a guardian, and the county's book of numbers."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

from baoxue_enrollment.domain.placement import Entry

ServiceMethod = Literal[
    "in_hand", "adult_family_member", "left", "electronic", "entrusted", "posted", "transferred", "public_notice"
]


class AlreadyServedError(RefusalError):
    """A notice was served a second time."""


class NoticeAlreadyIssuedError(RefusalError):
    """A child was to get a second notice for one entry."""


class NotPlacedError(RefusalError):
    """A notice was to be issued to a child that has no placement yet."""


class NoticeBook(Audited):
    """文号登记: one county's notice numbers of one year, without a gap and each to one notice."""

    TOPIC = "enrollment.NoticeBook"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.NoticeBook.Opened"
        area: str
        year: int

    class NumbersTaken(Audited.Event):
        TOPIC = "enrollment.NoticeBook.NumbersTaken"
        first: int
        notices: tuple[UUID, ...]

    @event(Opened)
    def __init__(self, id: UUID, area: str, year: int) -> None:
        self.area, self.year = area, year
        self.numbers: dict[UUID, int] = {}

    def take(self, notices: tuple[UUID, ...]) -> None:
        """The next numbers, in order. NoticeAlreadyIssuedError if one of them has its number."""
        if any(notice in self.numbers for notice in notices):
            raise NoticeAlreadyIssuedError
        self._taken(len(self.numbers) + 1, notices)

    @event(NumbersTaken)
    def _taken(self, first: int, notices: tuple[UUID, ...]) -> None:
        self.numbers.update({notice: first + n for n, notice in enumerate(notices)})

    def written(self, notice_id: UUID) -> str:
        """As printed: `义入通字〔2026〕第000123号`."""
        return f"义入通字〔{self.year}〕第{self.numbers[notice_id]:06}号"


class EnrollmentNotice(Audited):
    """入学通知书 to the guardian of one child for one entry."""

    TOPIC = "enrollment.EnrollmentNotice"

    class Issued(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.EnrollmentNotice.Issued"
        area: str
        child_id: UUID
        school_id: UUID
        entry: Entry
        year: int
        number: str
        report_on: date

    class Served(Audited.Event):
        TOPIC = "enrollment.EnrollmentNotice.Served"
        area: str
        child_id: UUID
        school_id: UUID
        method: ServiceMethod
        served_on: date

    @event(Issued)
    def __init__(
        self,
        id: UUID,
        area: str,
        child_id: UUID,
        school_id: UUID,
        entry: Entry,
        year: int,
        number: str,
        report_on: date,
    ) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.entry, self.year, self.number, self.report_on = entry, year, number, report_on
        self.served = False

    def serve(self, method: ServiceMethod, served_on: date) -> None:
        if self.served:
            raise AlreadyServedError(number=self.number)
        self._served(self.area, self.child_id, self.school_id, method, served_on)

    @event(Served)
    def _served(self, area: str, child_id: UUID, school_id: UUID, method: ServiceMethod, served_on: date) -> None:
        self.served = True
