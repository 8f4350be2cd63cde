"""Not one less: who stands in which gap at an instant, as SQL over the read models."""

from typing import Literal

Kind = Literal[
    "due-without-notice",
    "issued-not-served",
    "served-not-checked-in",
    "on-no-register",
    "check-in-missed",
    "primary-leaver-not-at-junior",
    "age-against-grade",
    "on-register-but-absent",
    "at-two-schools",
    "taught-elsewhere",
]
_NOT_ERASED = "(e.erased_at is null or e.erased_at > :at)"
_ASKED = (  # not died, moved away, merged into another, nor proven to live elsewhere
    " and not exists (select 1 from absence_list a where a.child_id = {of}.child_id and a.from_at <= :at"
    " and (a.until_at is null or a.until_at > :at))"
)
_VALID = "n.issued_at <= :at and (n.ended_at is null or n.ended_at > :at)"  # at most one for an entry at an instant
_OF = "n.child_id = e.child_id and n.entry = e.entry and n.year = e.year"
_NOTICE = "select child_id, area, school_id, entry, year, number, report_on, {since} as since from notice_list n"
_NOT_ERASED_NOTICE = "(n.erased_at is null or n.erased_at > :at)"
_PRESENT = (  # by the schools' rolls and lists of absentees
    "select {of}.child_id, c.area, {of}.school_id, {of}.month as entry,"
    " cast(substr({of}.month, 1, 4) as integer) as year, null as number, null as report_on, {of}.from_at as since"
    " from presence_list {of} join child_list c on c.child_id = {of}.child_id where {of}.kind = '{kind}'"
    " and {of}.from_at <= :at and ({of}.until_at is null or {of}.until_at > :at)"
)
_DIFFERING = (  # by differences of registers that nobody has settled
    " union all select d.child_id, d.area, d.school_id, d.outcome as entry, r.year, null as number,"
    " d.due_on as report_on, d.found_at as since from difference_list d"
    " join reconciliation_list r on r.run_id = d.run_id where d.outcome in ({outcomes}) and d.child_id is not null"
    " and d.found_at <= :at and (d.settled_at is null or d.settled_at > :at)"
)
_THERE_TOO = (  # the own school keeps its list, and does not name the child
    "exists (select 1 from check_list k where k.school_id = g.registered and k.month = g.month and k.from_at <= :at"
    " and (k.until_at is null or k.until_at > :at)) and not exists (select 1 from presence_list o"
    " where o.child_id = g.child_id and o.kind = 'absent' and o.school_id = g.registered and o.from_at <= :at"
    " and (o.until_at is null or o.until_at > :at))"
)
_ONCE = (  # told twice, by a roll and by a comparison, a child is one gap
    "select child_id, area, max(school_id) as school_id, min(entry) as entry, max(year) as year,"
    " null as number, max(report_on) as report_on, min(since) as since from ({told}) t group by child_id, area"
)
_GUEST = _PRESENT.format(of="g", kind="guest")
SQL: dict[Kind, str] = {
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
    "check-in-missed": "select child_id, area,"
    " case when moved_at > :at then former else school_id end as school_id, semester as entry,"
    " cast(substr(semester, 1, 4) as integer) as year, null as number, due_on as report_on,"
    " missed_at as since from expectation_list e"
    " where missed_at <= :at and (checked_in_at is null or checked_in_at > :at)" + _ASKED.format(of="e"),
    "primary-leaver-not-at-junior": "select child_id, area, school_id, entry, year, number, report_on, due_at as since"
    f" from entry_list e where entry = 'grade_7' and year = :begun and due_at <= :at and {_NOT_ERASED}"
    " and (e.ended_at is null or e.ended_at > :at) and (report_on is null or report_on < :day)"
    " and (checked_in_at is null or checked_in_at > :at)" + _ASKED.format(of="e"),
    "age-against-grade": "select p.child_id, p.area, p.school_id, 'grade_' || p.grade as entry, p.year,"
    " null as number, null as report_on, p.opened_at as since from pupil_list p"
    " join child_list c on c.child_id = p.child_id where p.opened_at <= :at"
    " and (p.erased_at is null or p.erased_at > :at)"
    " and (p.completed_at is null or p.completed_at > :at) and abs(p.grade - (p.year - c.entry_year + 1)) >= 2"
    + _ASKED.format(of="p"),
    "on-register-but-absent": _ONCE.format(
        told=_PRESENT.format(of="g", kind="absent")
        + " and (g.excused_at is null or g.excused_at > :at)"
        + _ASKED.format(of="g")
        + _DIFFERING.format(outcomes="'on-register-not-at-school'")
    ),
    "at-two-schools": _ONCE.format(
        told=f"{_GUEST} and {_THERE_TOO}" + _DIFFERING.format(outcomes="'at-two-schools', 'twice-on-pupil-register'")
    ),
    "taught-elsewhere": _ONCE.format(
        told=f"{_GUEST} and not ({_THERE_TOO})" + _DIFFERING.format(outcomes="'taught-elsewhere'")
    ),
}
