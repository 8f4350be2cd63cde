"""A school and the villages whose children it takes."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError


class ZoneOutsideCountyError(InvalidInputError):
    """A zone names villages that are not in the school's county."""


class GradePlaces(msgspec.Struct, frozen=True):
    """学位: how many children a grade can take in anew."""

    grade: int
    places: int


class Distance(msgspec.Struct, frozen=True):
    """From a village (or, 9 digits, from a whole township) to the school, by road."""

    village: str
    metres: int


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

    class PlacesSet(Audited.Event):
        """What the school has in a school year: places, beds, bus seats, posts of teachers; None: not stated."""

        TOPIC = "enrollment.SchoolZone.PlacesSet"
        area: str
        year: int
        places: tuple[GradePlaces, ...]
        beds: int | None
        bus_seats: int | None
        posts: int | None
        set_on: date

    class DistancesSet(Audited.Event):
        TOPIC = "enrollment.SchoolZone.DistancesSet"
        area: str
        distances: tuple[Distance, ...]

    @event(Drawn)
    def __init__(
        self, id: UUID, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None = None
    ) -> None:
        self.area = area
        self.facts = (area, name, stage, kind, villages, code)
        self.distances: tuple[Distance, ...] = ()

    def redraw(self, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None) -> None:
        """The same zone again changes nothing."""
        if self.facts != (self.area, name, stage, kind, villages, code):
            self._redrawn(self.area, name, stage, kind, villages, code)

    @event(Redrawn)
    def _redrawn(
        self, area: str, name: str, stage: str, kind: str, villages: tuple[str, ...], code: str | None
    ) -> None:
        self.facts = (area, name, stage, kind, villages, code)

    def set_places(
        self,
        year: int,
        places: tuple[GradePlaces, ...],
        beds: int | None,
        bus_seats: int | None,
        posts: int | None,
        set_on: date,
    ) -> None:
        """The latest statement for a year holds."""
        self._places_set(self.area, year, places, beds, bus_seats, posts, set_on)

    @event(PlacesSet)
    def _places_set(
        self,
        area: str,
        year: int,
        places: tuple[GradePlaces, ...],
        beds: int | None,
        bus_seats: int | None,
        posts: int | None,
        set_on: date,
    ) -> None:
        pass

    def set_distances(self, distances: tuple[Distance, ...]) -> None:
        """The same distances again change nothing."""
        if distances != self.distances:
            self._distances_set(self.area, distances)

    @event(DistancesSet)
    def _distances_set(self, area: str, distances: tuple[Distance, ...]) -> None:
        self.distances = distances
