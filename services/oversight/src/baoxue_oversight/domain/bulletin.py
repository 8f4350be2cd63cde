"""The periodic bulletin of one body."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Level = Literal["city", "county", "township", "central_school"]
PERIOD_KINDS: dict[Level, str] = {
    "city": "school_year",
    "county": "semester",
    "township": "half_semester",
    "central_school": "month",
}
_BULLETINS = UUID("e1a7d0c4-0a3b-4e0c-8d2c-0c1f3f1d9a55")


class BulletinIssuedBeforeError(RefusalError):
    """A body's bulletin of a period was to be issued twice."""


class PeriodNotOverError(RefusalError):
    """A bulletin was to be issued before its period was over."""


def bulletin_of(level: str, body: str, period: str) -> UUID:
    """One bulletin per level, body and period: public facts, so the id may follow from them."""
    return uuid5(_BULLETINS, f"{level}/{body}/{period}")


class Bulletin(Audited):
    """通报: the figures at the period's end, frozen; all zero is a zero bulletin."""

    TOPIC = "oversight.Bulletin"

    class Issued(Audited.Event, AggregateCreated):
        TOPIC = "oversight.Bulletin.Issued"
        area: str
        level: str
        body: str
        period: str
        figures_as_of: datetime
        figures: dict[str, int]
        issued_on: date
        school_id: UUID | None

    @event(Issued)
    def __init__(
        self,
        id: UUID,
        area: str,
        level: str,
        body: str,
        period: str,
        figures_as_of: datetime,
        figures: dict[str, int],
        issued_on: date,
        school_id: UUID | None,
    ) -> None:
        self.area, self.school_id = area, school_id
        self.level, self.body, self.period = level, body, period
        self.figures_as_of, self.figures, self.issued_on = figures_as_of, figures, issued_on
