"""A village or residents' committee that assists; from when until when there is one."""

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class CommitteeOnRecordError(RefusalError):
    """A village's committee was recorded twice."""


class CommitteeDissolvedError(RefusalError):
    """A committee was dissolved twice."""


class VillageCommittee(Audited):
    """村(居)委会 of one village: it assists, it is no government."""

    TOPIC = "enrollment.VillageCommittee"

    class Recorded(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.VillageCommittee.Recorded"
        area: str
        name: str
        recorded_on: date

    class Dissolved(Audited.Event):
        TOPIC = "enrollment.VillageCommittee.Dissolved"
        area: str
        dissolved_on: date

    @event(Recorded)
    def __init__(self, id: UUID, area: str, name: str, recorded_on: date) -> None:
        self.area, self.dissolved = area, False

    def dissolve(self, dissolved_on: date) -> None:
        """CommitteeDissolvedError."""
        if self.dissolved:
            raise CommitteeDissolvedError
        self._dissolved(self.area, dissolved_on)

    @event(Dissolved)
    def _dissolved(self, area: str, dissolved_on: date) -> None:
        self.dissolved = True
