"""The county's book of notice numbers."""

from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class NoticeAlreadyIssuedError(RefusalError):
    """A child was to get a second notice for one entry."""


class NoticeBook(Audited):
    """文号登记: one county's notice numbers of one year: no gap, each to one notice, a void one to none."""

    TOPIC = "enrollment.NoticeBook"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.NoticeBook.Opened"
        area: str
        year: int

    class NumbersTaken(Audited.Event):
        TOPIC = "enrollment.NoticeBook.NumbersTaken"
        first: int
        notices: tuple[UUID, ...]

    class NumberVoided(Audited.Event):
        TOPIC = "enrollment.NoticeBook.NumberVoided"
        number: int
        notice_id: UUID

    class NumberReplaced(Audited.Event):
        """A notice gets the next number; its former one is void."""

        TOPIC = "enrollment.NoticeBook.NumberReplaced"
        number: int
        voided: int
        notice_id: UUID

    @event(Opened)
    def __init__(self, id: UUID, area: str, year: int) -> None:
        self.area, self.year = area, year
        self.numbers: dict[UUID, int] = {}  # the last number of each notice, void or not
        self.void: set[int] = set()
        self.last = 0

    def take(self, notices: tuple[UUID, ...]) -> None:
        """The next numbers, in order. NoticeAlreadyIssuedError if one of them has its number."""
        if any(notice in self.numbers for notice in notices):
            raise NoticeAlreadyIssuedError
        self._taken(self.last + 1, notices)

    @event(NumbersTaken)
    def _taken(self, first: int, notices: tuple[UUID, ...]) -> None:
        self.numbers.update({notice: first + n for n, notice in enumerate(notices)})
        self.last += len(notices)

    def void_number(self, notice_id: UUID) -> None:
        """The number of a revoked notice: never used again."""
        self._voided(self.numbers[notice_id], notice_id)

    @event(NumberVoided)
    def _voided(self, number: int, notice_id: UUID) -> None:
        self.void.add(number)

    def replace(self, notice_id: UUID) -> None:
        """The next number for a notice that is printed anew."""
        self._replaced(self.last + 1, self.numbers[notice_id], notice_id)

    @event(NumberReplaced)
    def _replaced(self, number: int, voided: int, notice_id: UUID) -> None:
        self.void.add(voided)
        self.numbers[notice_id] = self.last = number

    def written(self, notice_id: UUID) -> str:
        """As printed: `义入通字〔2026〕第000123号`."""
        return f"义入通字〔{self.year}〕第{self.numbers[notice_id]:06}号"
