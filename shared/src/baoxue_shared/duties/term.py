"""The term in which a duty is due, and its days."""

from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from baoxue_shared.calendar.county import CountyCalendar
from baoxue_shared.calendar.workdays import UnknownCalendarYearError, is_workday
from baoxue_shared.clock import SHANGHAI, shanghai
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.model import Due, EventSpec

DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=1 << 16)
def after(day: date) -> datetime:
    """The first instant after a day."""
    return shanghai(day + DAY)


def begins(fact: Fact, spec: EventSpec) -> datetime:
    """When a fact begins to count: its own instant, or the start of the day it names."""
    return shanghai(date.fromisoformat(str(fact.data[spec.at]))) if spec.at else fact.occurred_at


def ends(fact: Fact, spec: EventSpec) -> datetime:
    """When what a fact ends is over: its own instant, or the end of the day it names."""
    return after(date.fromisoformat(str(fact.data[spec.at]))) if spec.at else fact.occurred_at


class Term(msgspec.Struct, frozen=True):
    """From when, until when; `base` is the day that the due days are counted from."""

    first: date
    base: date
    due_on: date | None = None
    triggers: tuple[Fact, ...] = ()
    excused_by: tuple[Fact, ...] = ()  # what moved the day or made it void of blame
    excused_until: date | None = None  # date.max: for good
    unknown_year: int | None = None  # its workdays are not known to this installation

    @property
    def period_end(self) -> datetime:
        return after(self.base)


@lru_cache(maxsize=1 << 16)
def counted(base: date, days: int, unit: str) -> date:
    """The `days`-th day after the base day. UnknownCalendarYearError."""
    return CountyCalendar.add_days(base, days, unit)


def due_day(due: Due, first: date, base: date) -> date | None:
    """Of a rule that needs no event. UnknownCalendarYearError."""
    match due.rule:
        case "end":
            return rolled(base, due)
        case "after":
            return rolled(counted(base, max(due.days - due.included, 0), due.unit), due)
        case "on":
            if "-" not in due.on:
                return rolled(min(base.replace(day=1) + timedelta(days=int(due.on) - 1), last_of_month(base)), due)
            day = date.fromisoformat(f"{first.year}-{due.on}")
            return rolled(day if day >= first else day.replace(year=first.year + 1), due)
        case _:
            return None


def last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY


def rolled(day: date, due: Due) -> date:
    """Moved to the next workday, where the rule says so. UnknownCalendarYearError."""
    while due.roll == "next_workday" and not is_workday(day):
        day += DAY
    return day


def recorded_late(fact: Fact, workdays: int) -> bool:
    """Whether more workdays lay between happening and recording. Unknown years: by the longest holiday there is."""
    if fact.recorded_at - fact.occurred_at < DAY:
        return False
    happened = day_of(fact.occurred_at)
    between = (day_of(fact.recorded_at) - happened).days
    if between <= workdays:
        return False
    try:
        return fact.recorded_at >= after(counted(happened, workdays, "workday"))
    except UnknownCalendarYearError:
        return between > workdays + LONGEST_HOLIDAY


LONGEST_HOLIDAY = 9
