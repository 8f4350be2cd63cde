"""What each school needs in the coming year, and what it has: places, beds, bus seats, posts."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.history.store import Store

from baoxue_enrollment.application.selections import Due, Zone, due_in_year, zones
from baoxue_enrollment.application.zoning import COUNTED, Distances, metres, zone_for
from baoxue_enrollment.domain.enrollment_plan import Allocation, SchoolNeeds
from baoxue_enrollment.domain.entry_age import COMPULSORY_YEARS, LAST_PRIMARY_GRADE

BUS_FROM, BED_FROM = 3_000, 8_000  # metres to school: ours, the notice names none
PRIMARY_RATIO, JUNIOR_RATIO = 19.0, 13.5  # pupils per post: 中央编办发〔2014〕72号
LAST_GRADE = {"primary": LAST_PRIMARY_GRADE}
RESOURCES = ("places_grade_1", "places_grade_7", "beds", "bus_seats", "posts")
Counts = dict[tuple[UUID, str], int]


class Seat(NamedTuple):
    """A child at a school in the coming year."""

    school_id: UUID
    area: str
    grade: int


async def distances_of(store: Store) -> Distances:
    found = await store.fetch("select school_id, village, metres from distance_list")
    return {(UUID(str(r["school_id"])), str(r["village"])): int(str(r["metres"])) for r in found}


async def capacities(store: Store, year: int) -> Counts:
    """What schools have for the year, with what its plan allocates."""
    found = await store.fetch(
        "select school_id, what, count + allocated as has from capacity_list where year = :year", {"year": year}
    )
    return {(UUID(str(r["school_id"])), str(r["what"])): int(str(r["has"])) for r in found}


async def seats(store: Store, year: int, area: str, now: datetime) -> list[Seat]:
    """Children due, where they are placed or belong by zone; pupils, where they go on."""
    drawn = await zones(store, area[:6])
    due = await due_in_year(store, year, area, now)
    entering = {d.child_id: _seat(d, drawn) for d in due}
    staying = await _staying(store, year, area, now)
    last = {zone.school_id: LAST_GRADE.get(zone.stage, COMPULSORY_YEARS) for zone in drawn}
    going_on = [s for child, s in staying if child not in entering and s.grade <= last.get(s.school_id, 0)]
    return [*(seat for seat in entering.values() if seat is not None), *going_on]


def _seat(due: Due, drawn: list[Zone]) -> Seat | None:
    zone = None if due.placed else zone_for(due, drawn)
    school_id = due.school_id if due.placed else zone and zone.school_id
    return Seat(school_id, due.area, due.grade) if school_id else None


async def _staying(store: Store, year: int, area: str, now: datetime) -> list[tuple[UUID, Seat]]:
    found = await store.fetch(
        "select p.child_id, p.school_id, p.area, p.grade + :year - p.year as grade from pupil_list p"
        " where p.completed_at is null and p.erased_at is null and p.area like :area and p.year <= :year"
        " and not exists (select 1 from status_list s where s.child_id = p.child_id and s.status in"
        " ('left_other', 'transferred_out', 'abroad', 'missing')) and not exists (select 1 from absence_list a"
        " where a.child_id = p.child_id and (a.until_at is null or a.until_at > :now))",
        {"year": year, "area": f"{area}%", "now": now.astimezone(UTC).isoformat()},
    )
    return [
        (UUID(str(r["child_id"])), Seat(UUID(str(r["school_id"])), str(r["area"]), int(str(r["grade"])))) for r in found
    ]


def needed_by(taken: Iterable[Seat], distances: Distances) -> Counts:
    """By school and resource: one place a child in grades 1 and 7, a bed or a seat by the way, posts by the ratio."""
    counted: Counter[tuple[UUID, str]] = Counter()
    posts: dict[UUID, float] = defaultdict(float)
    for seat in taken:
        if seat.grade in COUNTED:
            counted[seat.school_id, COUNTED[seat.grade]] += 1
        way = metres(distances, seat.school_id, seat.area) or 0
        if way >= BUS_FROM:
            counted[seat.school_id, "beds" if way >= BED_FROM else "bus_seats"] += 1
        posts[seat.school_id] += 1 / (PRIMARY_RATIO if seat.grade <= LAST_PRIMARY_GRADE else JUNIOR_RATIO)
    return counted | {(school, "posts"): math.ceil(number) for school, number in posts.items()}


async def needs_of(
    store: Store, year: int, area: str, now: datetime, allocated: Iterable[Allocation] = ()
) -> list[SchoolNeeds]:
    """Per school and resource, in order of the schools' names; `allocated`: what a plan in hand adds."""
    needed = needed_by(await seats(store, year, area, now), await distances_of(store))
    has = Counter(await capacities(store, year))
    for allocation in allocated:
        has[allocation.school_id, allocation.what] += allocation.count
    found = await store.fetch(
        "select school_id, area from zone_list where area like :area order by name, school_id", {"area": f"{area}%"}
    )
    schools = [(UUID(str(row["school_id"])), str(row["area"])) for row in found]
    return [
        SchoolNeeds(school, township, what, needed.get((school, what), 0), has.get((school, what)))
        for school, township in schools
        for what in RESOURCES
        if (school, what) in needed or (school, what) in has
    ]
