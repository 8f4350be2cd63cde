"""A school and the villages whose children it takes."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from typing import Any
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
        class_version = 2
        area: str
        name: str
        stage: str  # primary, junior, nine_year
        kind: str  # central, village, school
        villages: tuple[str, ...]
        code: str | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["code"] = None

    class Redrawn(Audited.Event):
        TOPIC = "enrollment.SchoolZone.Redrawn"
        class_version = 2
        area: str
        name: str
        stage: str
        kind: str
        villages: tuple[str, ...]
        code: str | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["code"] = None

    @event(Drawn)
    def __init__(
        self, id: UUID, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None = None
    ) -> None:
        self.area = area
        self.facts = (area, name, stage, kind, villages, code)

    def redraw(self, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None) -> None:
        """The same zone again changes nothing."""
        if self.facts != (self.area, name, stage, kind, villages, code):
            self._redrawn(self.area, name, stage, kind, villages, code)

    @event(Redrawn)
    def _redrawn(
        self, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None
    ) -> None:
        self.facts = (area, name, stage, kind, villages, code)
