"""Workdays of the People's Republic: the State Council's yearly list, by `chinesecalendar`."""

from datetime import date, timedelta

import chinese_calendar

DAY = timedelta(days=1)


class UnknownCalendarYearError(Exception):
    """The holiday list of that year is not known to this installation."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year} 年的节假日安排未收录：请升级 chinesecalendar 后再算工作日"
            f" / holidays of {year} are not known: upgrade chinesecalendar, then count workdays again"
        )
        self.year = year


def is_workday(day: date) -> bool:
    """Also a Saturday or Sunday that was made one. UnknownCalendarYearError."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise UnknownCalendarYearError(day.year) from error


def add_workdays(day: date, days: int) -> date:
    """The `days`-th workday after `day`, which itself is not counted. UnknownCalendarYearError."""
    while days:
        day += DAY
        days -= is_workday(day)
    return day
