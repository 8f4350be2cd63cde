"""The county's calendar: semesters as the county opened them, and the periods that follow from them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from baoxue_shared.calendar.workdays import add_workdays

DAY = timedelta(days=1)
PeriodKind = Literal["school_year", "semester", "half_semester", "month"]
SEPTEMBER = 9


class Semester(msgspec.Struct, frozen=True):
    """学期 "2025-autumn", days as the county set them, both ends included."""

    name: str
    opens_on: date
    midpoint_on: date
    ends_on: date


class Period(msgspec.Struct, frozen=True, order=True):
    """A named span of days, both ends included: "2025", "2025-autumn", "2025-autumn-1", "2025-09"."""

    first: date
    last: date
    key: str


def school_year_of(day: date) -> int:
    """学年: 2025 = 1 September 2025 to 31 August 2026."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


class CountyCalendar:
    """A dated setting: it grows as semesters are opened; what was not opened has no periods."""

    def __init__(self) -> None:
        self._semesters: dict[str, Semester] = {}

    def open(self, semester: Semester) -> bool:
        """False if it was open with the same days."""
        if self._semesters.get(semester.name) == semester:
            return False
        self._semesters[semester.name] = semester
        return True

    def periods(self, kind: str, first: date, last: date) -> list[Period]:
        """Those that begin between the two days, in order. ValueError for an unknown kind."""
        return sorted({period for period in self._all(kind) if first <= period.first <= last})

    def period(self, kind: str, key: str) -> Period | None:
        """By its name."""
        return next((period for period in self._all(kind) if period.key == key), None)

    def _all(self, kind: str) -> Iterator[Period]:
        for semester in self._semesters.values():
            match kind:
                case "school_year":
                    year = school_year_of(semester.opens_on)
                    yield Period(date(year, 9, 1), date(year + 1, 8, 31), str(year))
                case "semester":
                    yield Period(semester.opens_on, semester.ends_on, semester.name)
                case "half_semester":
                    yield Period(semester.opens_on, semester.midpoint_on, f"{semester.name}-1")
                    yield Period(semester.midpoint_on + DAY, semester.ends_on, f"{semester.name}-2")
                case "month":
                    yield from _months(semester)
                case _:
                    message = f"unknown kind of period {kind!r}"
                    raise ValueError(message)

    @staticmethod
    def add_days(day: date, days: int, unit: str) -> date:
        """`unit` is calendar_day or workday; the first day is excluded. UnknownCalendarYearError."""
        return add_workdays(day, days) if unit == "workday" else day + timedelta(days=days)


def _months(semester: Semester) -> Iterator[Period]:
    """Calendar months, cut to the semester."""
    first = semester.opens_on
    while first <= semester.ends_on:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield Period(first, min(following - DAY, semester.ends_on), f"{first:%Y-%m}")
        first = following
