"""An emergency of the county, during which some duties rest."""

from datetime import date

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class EmergencyEndedError(RefusalError):
    """An emergency was to be ended twice, or before it began."""


class Emergency(Audited):
    """突发事件: flood, epidemic; declared by the county's government."""

    TOPIC = "enrollment.Emergency"

    class Declared(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.Emergency.Declared"
        area: str
        kind: str
        declared_on: date

    class Ended(Audited.Event):
        TOPIC = "enrollment.Emergency.Ended"
        area: str
        ended_on: date

    @event(Declared)
    def __init__(self, area: str, kind: str, declared_on: date) -> None:
        self.area, self.declared_on, self.ended = area, declared_on, False

    def end(self, ended_on: date) -> None:
        """EmergencyEndedError."""
        if self.ended or ended_on < self.declared_on:
            raise EmergencyEndedError
        self._ended(self.area, ended_on)

    @event(Ended)
    def _ended(self, area: str, ended_on: date) -> None:
        self.ended = True
