"""A school and the villages whose children it takes."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError


class ZoneOutsideCountyError(InvalidInputError):
    """A zone names villages that are not in the school's county."""


class SchoolZone(Audited):
    """招生片区 of one school; the zone has the school's id."""

    TOPIC = "enrollment.SchoolZone"

    class Drawn(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.SchoolZone.Drawn"
        area: str
        name: str
        stage: str  # primary, junior, nine_year
        kind: str  # central, village, school
        villages: tuple[str, ...]

    class Redrawn(Audited.Event):
        TOPIC = "enrollment.SchoolZone.Redrawn"
        area: str
        name: str
        stage: str
        kind: str
        villages: tuple[str, ...]

    @event(Drawn)
    def __init__(self, id: UUID, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...]) -> None:
        self.area = area
        self.facts = (area, name, stage, kind, villages)

    def redraw(self, name: str, stage: str, kind: str, villages: tuple[str, ...]) -> None:
        """The same zone again changes nothing."""
        if self.facts != (self.area, name, stage, kind, villages):
            self._redrawn(self.area, name, stage, kind, villages)

    @event(Redrawn)
    def _redrawn(self, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...]) -> None:
        self.facts = (area, name, stage, kind, villages)
