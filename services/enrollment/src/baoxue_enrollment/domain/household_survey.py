"""A household of the registers, and its survey year by year."""

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class HouseholdAlreadySurveyedError(RefusalError):
    """A household was surveyed or confirmed twice in one year."""


class HouseholdSurvey(Audited):
    """入户排查 of one household; its register number is nowhere in clear."""

    TOPIC = "enrollment.HouseholdSurvey"

    class Recorded(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.HouseholdSurvey.Recorded"
        area: str

    class Surveyed(Audited.Event):
        TOPIC = "enrollment.HouseholdSurvey.Surveyed"
        area: str
        year: int
        surveyed_on: date

    class ConfirmedByVillage(Audited.Event):
        TOPIC = "enrollment.HouseholdSurvey.ConfirmedByVillage"
        area: str
        year: int
        attempts: int
        confirmed_on: date

    @event(Recorded)
    def __init__(self, id: UUID, area: str) -> None:
        self.area = area
        self.done: set[int] = set()

    def survey(self, year: int, surveyed_on: date) -> None:
        self._refuse_twice(year)
        self._surveyed(self.area, year, surveyed_on)

    def confirm(self, year: int, attempts: int, confirmed_on: date) -> None:
        """Not met after several attempts: the village committee confirms what it knows."""
        self._refuse_twice(year)
        self._confirmed(self.area, year, attempts, confirmed_on)

    def _refuse_twice(self, year: int) -> None:
        if year in self.done:
            raise HouseholdAlreadySurveyedError(year=year)

    @event(Surveyed)
    def _surveyed(self, area: str, year: int, surveyed_on: date) -> None:
        self.done.add(year)

    @event(ConfirmedByVillage)
    def _confirmed(self, area: str, year: int, attempts: int, confirmed_on: date) -> None:
        self.done.add(year)
