"""Which school takes a child: by zone, and when the zone's school is full, the next nearest that has places."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, get_args
from uuid import UUID

from baoxue_enrollment.application.selections import Due, Zone
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.placement import Entry
from baoxue_enrollment.domain.year_terms import TownshipDue

Distances = Mapping[tuple[UUID, str], int]  # school, village or township → metres by road
IN_ZONE, IN_TOWNSHIP, BEYOND = 1_000, 10_000, 50_000  # metres taken where nobody entered a distance; order decides
COUNTED = {1: "places_grade_1", 7: "places_grade_7"}


class Proposal(NamedTuple):
    """`zone`: whose zone the child lives in; `school_id`: another one where that school is full."""

    due: Due
    zone: Zone | None
    school_id: UUID | None


def takes(zone: Zone, grade: int) -> bool:
    return zone.stage == "nine_year" or (zone.stage == "primary") == (grade <= LAST_PRIMARY_GRADE)


def zone_for(due: Due, drawn: Iterable[Zone]) -> Zone | None:
    """The school the pupil is at if it goes on there; else the zone that names the village, else its township."""
    fits = [z for z in drawn if takes(z, due.grade) and any(due.area.startswith(v) for v in z.villages)]
    at_home = [z for z in fits if z.school_id == due.school_id]
    exact = [z for z in fits if due.area in z.villages]
    return next(iter(at_home or exact or fits), None)


def metres(distances: Distances, school_id: UUID, village: str) -> int | None:
    """From the village, else from its township as a whole; None if nobody entered it."""
    return distances.get((school_id, village), distances.get((school_id, village[:9])))


def nearness(zone: Zone, village: str, distances: Distances) -> int:
    """Metres as entered; else by the order of the villages' codes: own zone, own township, beyond."""
    entered = metres(distances, zone.school_id, village)
    if entered is not None:
        return entered
    if village in zone.villages:
        return IN_ZONE
    apart = min((abs(int(village) - int(v.ljust(12, "0"))) for v in zone.villages), default=0)
    near = any(v.startswith(village[:9]) for v in zone.villages)
    return IN_TOWNSHIP + apart if near else BEYOND + apart


def distribution(due: Iterable[Due]) -> tuple[TownshipDue, ...]:
    """Children due by township and entry."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in due:
        counted[one.area[:9]][one.entry] += 1
    return tuple(
        TownshipDue(township, *(by_entry[entry] for entry in get_args(Entry)))
        for township, by_entry in sorted(counted.items())
    )


class Proposals:
    """Hands out places, the nearest child first; `has`: places by school and resource, unlimited where not stated."""

    def __init__(self, drawn: list[Zone], distances: Distances, has: Mapping[tuple[UUID, str], int]) -> None:
        self._drawn, self._distances, self._has = drawn, distances, has
        self._taken: Counter[tuple[UUID, str]] = Counter()

    def take(self, school_id: UUID, grade: int) -> None:
        """A place is a child's already."""
        self._taken[school_id, COUNTED.get(grade, "")] += 1

    def _open(self, zone: Zone, grade: int) -> bool:
        key = (zone.school_id, COUNTED.get(grade, ""))
        return key not in self._has or self._taken[key] < self._has[key]

    def all(self, due: Iterable[Due]) -> list[Proposal]:
        """Nobody is left without a school: where all are full, its zone's school takes the child, and lacks a place."""
        zoned = [(one, zone_for(one, self._drawn)) for one in due]
        return [self._propose(one, zone) for one, zone in sorted(zoned, key=self._order)]

    def _order(self, zoned: tuple[Due, Zone | None]) -> tuple[int, str, str]:
        one, zone = zoned
        return (nearness(zone, one.area, self._distances) if zone else 0, one.area, str(one.child_id))

    def _propose(self, due: Due, zone: Zone | None) -> Proposal:
        if zone is None:
            return Proposal(due, None, None)
        chosen = zone if self._open(zone, due.grade) else self._next_nearest(due, zone)
        self.take(chosen.school_id, due.grade)
        return Proposal(due, zone, chosen.school_id)

    def _next_nearest(self, due: Due, zone: Zone) -> Zone:
        fits = (z for z in self._drawn if takes(z, due.grade) and self._open(z, due.grade))
        return min(fits, key=lambda z: (nearness(z, due.area, self._distances), z.villages), default=zone)
