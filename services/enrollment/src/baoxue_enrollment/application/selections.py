"""Who a bulk command is about, from the read models."""

import json
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue

from baoxue_enrollment.domain.entry_age import COMPULSORY_YEARS, LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.placement import Entry


class Due(NamedTuple):
    """A child due for one entry; `school_id`: where it is placed, or (not placed yet) where it is a pupil now."""

    child_id: UUID
    area: str
    entry: Entry
    year: int
    school_id: UUID | None
    grade: int  # by the entry; of those who return or moved in by their record, else by their age
    placed: bool = False


class Zone(NamedTuple):
    school_id: UUID
    stage: str
    villages: tuple[str, ...]


class School(NamedTuple):
    school_id: UUID
    stage: str
    area: str  # its township


class Pupil(NamedTuple):
    """A pupil not expected yet in the semester; `placed_at`, `report_on`: of the notice for grade 7, if any."""

    child_id: UUID
    school_id: UUID
    grade: int
    year: int
    placed_at: UUID | None
    report_on: str | None


def _uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


FIRST_GRADE = {"grade_1": 1, "grade_7": LAST_PRIMARY_GRADE + 1}
_ASKED = (  # neither gone, merged into another, nor proven to live elsewhere, nor deferred into the school year
    " and e.ended_at is null"
    " and not exists (select 1 from absence_list a where a.child_id = e.child_id and (a.until_at is null"
    " or a.until_at > case when a.kind = 'deferred' and :begins > :now then :begins else :now end))"
)


AWAY = (  # suspended until after the day, gone elsewhere, missing: no school expects them
    " and not exists (select 1 from status_list s where s.child_id = {of}.child_id"
    " and s.status not in ('at_school', 'dropped_out') and (s.until_on is null or s.until_on >= :day))"
)


_ENTRY = (
    "select e.child_id, e.area, e.entry, e.year, e.placed_at, coalesce(e.school_id, p.school_id) as school_id,"
    " p.grade + e.year - p.year as grade, e.year - c.entry_year + 1 as by_age from entry_list e"
    " left join pupil_list p on p.child_id = e.child_id left join child_list c on c.child_id = e.child_id"
)
_OPEN = (
    " where e.year = :year and e.area like :area and e.erased_at is null"
    f" and (e.entry <> 'grade_7' or p.completed_at is null){_ASKED}"
)


def _asking(year: int, area: str, now: datetime) -> dict[str, SqlValue]:
    begins = datetime(year, 9, 1, tzinfo=SHANGHAI).astimezone(UTC)
    return {"year": year, "area": f"{area}%", "now": now.astimezone(UTC).isoformat(), "begins": begins.isoformat()}


async def due_without_placement(store: Store, year: int, area: str, now: datetime) -> list[Due]:
    found = await store.fetch(
        f"{_ENTRY}{_OPEN} and e.placed_at is null and e.notice_id is null"
        " and (e.entry <> 'grade_1' or p.child_id is null) order by e.child_id",
        _asking(year, area, now),
    )
    return [_due(row) for row in found]


async def due_in_year(store: Store, year: int, area: str, now: datetime) -> list[Due]:
    """Placed or not; whoever has a pupil record enters grade 1 no more."""
    found = await store.fetch(
        f"{_ENTRY}{_OPEN} and (e.entry <> 'grade_1' or p.child_id is null or p.year >= e.year) order by e.child_id",
        _asking(year, area, now),
    )
    return [_due(row) for row in found]


async def placed_without_notice(store: Store, year: int, area: str, now: datetime) -> list[Due]:
    found = await store.fetch(
        f"{_ENTRY}{_OPEN} and e.placed_at is not null and e.notice_id is null order by e.area, e.child_id",
        _asking(year, area, now),
    )
    return [_due(row) for row in found]


def _due(row: Record) -> Due:
    entry: Entry = row["entry"]  # type: ignore[assignment]
    found = FIRST_GRADE.get(entry) or row["grade"] or row["by_age"] or 1
    grade = min(max(int(str(found)), 1), COMPULSORY_YEARS)
    placed = row["placed_at"] is not None
    school_id = _uuid(row["school_id"])
    return Due(UUID(str(row["child_id"])), str(row["area"]), entry, int(str(row["year"])), school_id, grade, placed)


async def zones(store: Store, county: str) -> list[Zone]:
    found = await store.fetch(
        "select school_id, stage, villages from zone_list where area like :county order by name, school_id",
        {"county": f"{county}%"},
    )
    return [Zone(UUID(str(r["school_id"])), str(r["stage"]), tuple(json.loads(str(r["villages"])))) for r in found]


async def schools(store: Store) -> dict[str, School]:
    """Schools by their id as text, by their name, and by their code where they have one."""
    found = await store.fetch("select school_id, name, stage, code, area from zone_list")
    named: dict[str, School] = {}
    for row in found:
        school = School(UUID(str(row["school_id"])), str(row["stage"]), str(row["area"]))
        named |= {str(row[key]): school for key in ("name", "code", "school_id") if row[key]}
    return named


async def survey_state(store: Store, year: int, township: str) -> tuple[int, int]:
    """Households of a township, and how many of them nobody reached that year."""
    found = await store.fetch(
        "select count(*) as households, sum(case when s.household_id is null then 1 else 0 end) as left_over"
        " from household_list h left join household_surveys s on s.household_id = h.household_id and s.year = :year"
        " where h.area like :area",
        {"year": year, "area": f"{township}%"},
    )
    return int(found[0]["households"] or 0), int(found[0]["left_over"] or 0)


async def semester_of(store: Store, semester: str) -> str | None:
    """The last day of check-in, if the semester is open."""
    found = await store.fetch("select report_on from semester_list where semester = :semester", {"semester": semester})
    return str(found[0]["report_on"]) if found else None


async def entrants(store: Store, year: int, area: str) -> list[tuple[Due, str]]:
    """Holders of a valid notice without a pupil record, with the day on it: of grade 1, returned, moved in."""
    found = await store.fetch(
        f"{_ENTRY.replace(' from entry_list e', ', e.report_on from entry_list e', 1)} where e.year = :year"
        " and e.notice_id is not null and e.revoked_at is null and p.child_id is null and e.erased_at is null"
        " and e.area like :area order by e.child_id",
        {"year": year, "area": f"{area}%"},
    )
    return [(_due(row), str(row["report_on"])) for row in found]


async def pupils_not_expected(store: Store, semester: str, year: int, area: str, day: str) -> list[Pupil]:
    """Also those whose suspension is over by the day of check-in."""
    found = await store.fetch(
        "select p.child_id, p.school_id, p.grade, p.year, n.school_id as placed_at, n.report_on from pupil_list p"
        " left join expectation_list x on x.child_id = p.child_id and x.semester = :semester"
        " left join entry_list n on n.child_id = p.child_id and n.year = :year and n.entry <> 'grade_1'"
        " and n.notice_id is not null and n.revoked_at is null"
        " where x.child_id is null and p.completed_at is null and p.erased_at is null and p.area like :area"
        f"{AWAY.format(of='p')}"
        " order by p.child_id",
        {"semester": semester, "year": year, "area": f"{area}%", "day": day},
    )
    return [
        Pupil(
            UUID(str(r["child_id"])),
            UUID(str(r["school_id"])),
            int(r["grade"] or 0),
            int(r["year"] or 0),
            _uuid(r["placed_at"]),
            str(r["report_on"]) if r["report_on"] else None,
        )
        for r in found
    ]
