"""Not one less: the gap lists at an instant, and the figures by township."""

from datetime import UTC, datetime
from typing import Literal

from baoxue_shared.actor import Actor
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue
from baoxue_shared.query import ask

Kind = Literal["due-without-notice", "issued-not-served", "served-not-checked-in", "on-no-register", "check-in-missed"]
_NOT_ERASED = "(e.erased_at is null or e.erased_at > :at)"
_ASKED = (  # not died, moved away, merged into another, nor proven to live elsewhere
    " and not exists (select 1 from absence_list a where a.child_id = {of}.child_id and a.from_at <= :at"
    " and (a.until_at is null or a.until_at > :at))"
)
_VALID = "n.issued_at <= :at and (n.ended_at is null or n.ended_at > :at)"  # at most one for an entry at an instant
_OF = "n.child_id = e.child_id and n.entry = e.entry and n.year = e.year"
_NOTICE = "select child_id, area, school_id, entry, year, number, report_on, {since} as since from notice_list n"
_NOT_ERASED_NOTICE = "(n.erased_at is null or n.erased_at > :at)"
_SQL: dict[Kind, str] = {
    "due-without-notice": "select child_id, area, school_id, entry, year, null as number, null as report_on,"
    f" due_at as since from entry_list e where year = :year and due_at <= :at and {_NOT_ERASED}"
    " and (e.ended_at is null or e.ended_at > :at)"
    f" and not exists (select 1 from notice_list n where {_OF} and {_VALID})"
    " and (entry <> 'grade_1' or not exists"
    " (select 1 from pupil_list p where p.child_id = e.child_id and p.opened_at <= :at))" + _ASKED.format(of="e"),
    "issued-not-served": _NOTICE.format(since="issued_at")
    + f" where year = :year and {_VALID} and {_NOT_ERASED_NOTICE} and (served_at is null or served_at > :at)"
    + _ASKED.format(of="n"),
    "served-not-checked-in": "select n.child_id, n.area, n.school_id, n.entry, n.year, n.number, n.report_on,"
    f" n.served_at as since from notice_list n join entry_list e on {_OF} where n.year = :year and {_VALID}"
    f" and n.served_at <= :at and {_NOT_ERASED_NOTICE} and n.report_on < :day"
    " and (e.checked_in_at is null or e.checked_in_at > :at)" + _ASKED.format(of="n"),
    "on-no-register": "select c.child_id, c.area, cast(null as text) as school_id, 'grade_1' as entry,"
    " c.entry_year as year, null as number, null as report_on, c.recorded_at as since from child_list c"
    " where c.recorded_at <= :at and (c.erased_at is null or c.erased_at > :at)"
    " and c.entry_year <= :begun and c.entry_year > :begun - 9 and not exists"
    " (select 1 from pupil_list p where p.child_id = c.child_id and p.opened_at <= :at)" + _ASKED.format(of="c"),
    "check-in-missed": "select child_id, area, school_id, semester as entry,"
    " cast(substr(semester, 1, 4) as integer) as year, null as number, due_on as report_on,"
    " missed_at as since from expectation_list e"
    " where missed_at <= :at and (checked_in_at is null or checked_in_at > :at)" + _ASKED.format(of="e"),
}


def planned_year(at: datetime) -> int:
    """From March on the work is for the year that begins in September."""
    day = at.astimezone(SHANGHAI).date()
    return day.year if day.month >= 3 else day.year - 1  # noqa: PLR2004


def _begun_year(at: datetime) -> int:
    day = at.astimezone(SHANGHAI).date()
    return day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004


async def gaps_of(store: Store, reader: Actor, kind: Kind, at: datetime, year: int | None = None) -> list[Record]:
    """Children of the reader's reach who stood in that gap at that instant, as recorded."""
    params: dict[str, SqlValue] = {
        "at": at.astimezone(UTC).isoformat(),
        "day": at.astimezone(SHANGHAI).date().isoformat(),
        "year": year or planned_year(at),
        "begun": _begun_year(at),
    }
    text = f"select * from ({_SQL[kind]}) q where {{scope}} order by area, child_id"
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
