"""A township's April survey as a whole: opened, closed."""

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class SurveyClosedError(RefusalError):
    """A closed survey was to be closed again."""


class SurveyAlreadyOpenedError(RefusalError):
    """A township opened the same year's survey twice."""


class TownshipSurvey(Audited):
    """乡镇排查: the households of one township in one year."""

    TOPIC = "enrollment.TownshipSurvey"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.TownshipSurvey.Opened"
        area: str
        year: int
        opened_on: date

    class Closed(Audited.Event):
        TOPIC = "enrollment.TownshipSurvey.Closed"
        area: str
        year: int
        closed_on: date
        households: int
        left_over: int  # households neither surveyed nor confirmed by their village

    @event(Opened)
    def __init__(self, id: UUID, area: str, year: int, opened_on: date) -> None:
        self.area, self.year, self.opened_on = area, year, opened_on
        self.closed = False

    def close(self, closed_on: date, households: int, left_over: int) -> None:
        if self.closed:
            raise SurveyClosedError(area=self.area, year=self.year)
        self._closed(self.area, self.year, closed_on, households, left_over)

    @event(Closed)
    def _closed(self, area: str, year: int, closed_on: date, households: int, left_over: int) -> None:
        self.closed = True
