"""Not one less: the gap lists at an instant, and the figures by township."""

from datetime import UTC, datetime
from typing import NamedTuple

from baoxue_shared.actor import Actor
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue
from baoxue_shared.query import ask

from baoxue_enrollment.views.gap_kinds import SQL, Kind


def planned_year(at: datetime) -> int:
    """From March on the work is for the year that begins in September."""
    day = at.astimezone(SHANGHAI).date()
    return day.year if day.month >= 3 else day.year - 1  # noqa: PLR2004


def _begun_year(at: datetime) -> int:
    day = at.astimezone(SHANGHAI).date()
    return day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004


class Asked(NamedTuple):
    """Which gap, at which instant; perhaps only of a township or village, or of one school."""

    kind: Kind
    at: datetime
    year: int | None = None
    area: str = ""
    school_id: str = ""


PLACE = ("area", "child_id", "entry", "school_id")  # in this order; no two rows of a list share all four
_COLUMNS = ("area", "child_id", "coalesce(entry, '')", "coalesce(school_id, '')")
_ORDER = f"({', '.join(_COLUMNS)})"
_FROM = ("from_area", "from_child", "from_entry", "from_school")


def place_of(row: Record) -> str:
    """Where the page after this row begins."""
    return "/".join(str(row[name] or "") for name in PLACE)


async def gaps_of(store: Store, reader: Actor, asked: Asked, after: str = "", limit: int | None = None) -> list[Record]:
    """Children of the reader's reach who stood in that gap at that instant, as recorded.

    `after`: the place of the last row of the page before; `limit`: None for all.
    """
    params: dict[str, SqlValue] = {
        "at": asked.at.astimezone(UTC).isoformat(),
        "day": asked.at.astimezone(SHANGHAI).date().isoformat(),
        "year": asked.year or planned_year(asked.at),
        "begun": _begun_year(asked.at),
        "within": f"{asked.area}%",
        "school": asked.school_id,
        **dict(zip(_FROM, after.split("/") if after else [""] * len(_FROM), strict=True)),
        "limit": limit or -1,
    }
    text = (
        f"select * from ({SQL[asked.kind]}) q where {{scope}} and area like :within"
        " and (:school = '' or school_id = :school)"
        + (f" and {_ORDER} > ({', '.join(f':{name}' for name in _FROM)})" if after else "")
        + f" order by {', '.join(_COLUMNS)}"
        + (" limit :limit" if limit else "")
    )
    return await ask(store, reader, text, **{k: v for k, v in params.items() if f":{k}" in text})


_FIGURES = """
select substr(area, 1, 9) as township, count(*) as due,
 sum(case when placed_at <= :at then 1 else 0 end) as placed,
 sum(case when notice_at <= :at then 1 else 0 end) as issued,
 sum(case when notice_served_at <= :at then 1 else 0 end) as served,
 sum(case when checked_in_at <= :at then 1 else 0 end) as checked_in
from (select e.*, n.issued_at as notice_at, n.served_at as notice_served_at from entry_list e
  left join notice_list n on n.child_id = e.child_id and n.entry = e.entry and n.year = e.year
  and n.issued_at <= :at and (n.ended_at is null or n.ended_at > :at)) e
where {scope} and year = :year and due_at <= :at and (erased_at is null or erased_at > :at)
 and (ended_at is null or ended_at > :at) and not exists (select 1 from absence_list a
  where a.child_id = e.child_id and a.from_at <= :at and (a.until_at is null or a.until_at > :at))
 and (entry <> 'grade_1' or notice_at <= :at or not exists
  (select 1 from pupil_list p where p.child_id = e.child_id and p.opened_at <= :at))
group by substr(area, 1, 9) order by 1
"""
_HOUSEHOLDS = """
select substr(area, 1, 9) as township, count(*) as households,
 sum(case when how = 'surveyed' then 1 else 0 end) as surveyed,
 sum(case when how = 'confirmed' then 1 else 0 end) as confirmed
from (select h.area, s.how from household_list h left join household_surveys s
 on s.household_id = h.household_id and s.year = :year and s.recorded_at <= :at where h.recorded_at <= :at) q
where {scope} group by substr(area, 1, 9)
"""
_EXPECTED = """
select substr(area, 1, 9) as township, count(*) as pupils_expected,
 sum(case when checked_in_at <= :at then 1 else 0 end) as pupils_checked_in,
 sum(case when missed_at <= :at then 1 else 0 end) as check_ins_missed
from expectation_list where {scope} and expected_at <= :at and semester = :semester group by substr(area, 1, 9)
"""
_RECORDED = """
select substr(area, 1, 9) as township, count(*) as children from child_list
where {scope} and recorded_at <= :at and (erased_at is null or erased_at > :at) group by substr(area, 1, 9)
"""


async def figures_of(store: Store, reader: Actor, at: datetime, year: int | None, semester: str) -> list[Record]:
    """One row per township; counts that a township lacks are absent."""
    instant, of_year = at.astimezone(UTC).isoformat(), year or planned_year(at)
    parts = [
        await ask(store, reader, _RECORDED, at=instant),
        await ask(store, reader, _HOUSEHOLDS, at=instant, year=of_year),
        await ask(store, reader, _FIGURES, at=instant, year=of_year),
        await ask(store, reader, _EXPECTED, at=instant, semester=semester),
    ]
    townships: dict[str, Record] = {}
    for row in (row for part in parts for row in part):
        townships.setdefault(str(row["township"]), {}).update(row)
    return [townships[code] for code in sorted(townships)]
