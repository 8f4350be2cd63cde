"""The county's calendar: periods follow from the semesters that were opened."""

from datetime import date

import pytest
from baoxue_shared.calendar.county import CountyCalendar, Semester
from baoxue_shared.calendar.workdays import UnknownCalendarYearError, add_workdays, is_workday


@pytest.fixture
def calendar():
    calendar = CountyCalendar()
    calendar.open(Semester("2025-autumn", date(2025, 9, 1), date(2025, 11, 7), date(2026, 1, 16)))
    return calendar


def test_months_are_those_of_the_semester_and_cut_to_it(calendar):
    months = calendar.periods("month", date(2025, 1, 1), date(2026, 12, 31))
    assert [p.key for p in months] == ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01"]
    assert (months[0].first, months[-1].last) == (date(2025, 9, 1), date(2026, 1, 16))


def test_the_two_halves_meet_without_gap(calendar):
    first, second = calendar.periods("half_semester", date(2025, 1, 1), date(2026, 12, 31))
    assert (first.key, first.last, second.first) == ("2025-autumn-1", date(2025, 11, 7), date(2025, 11, 8))


def test_a_school_year_of_two_semesters_is_one_period(calendar):
    calendar.open(Semester("2026-spring", date(2026, 3, 2), date(2026, 5, 8), date(2026, 7, 10)))
    assert [p.key for p in calendar.periods("school_year", date(2025, 1, 1), date(2026, 12, 31))] == ["2025"]


def test_workdays_leave_out_national_day_and_count_the_sunday_that_was_made_one():
    assert not is_workday(date(2025, 10, 1))
    assert is_workday(date(2025, 9, 28))
    assert add_workdays(date(2025, 9, 27), 4) == date(2025, 10, 9)  # 28, 29, 30 September, then the holiday


def test_a_year_without_a_holiday_list_is_a_clear_error():
    with pytest.raises(UnknownCalendarYearError, match=r"2031 年的节假日安排未收录.*upgrade chinesecalendar"):
        is_workday(date(2031, 5, 6))


def test_opening_the_same_days_again_changes_nothing(calendar):
    same = Semester("2025-autumn", date(2025, 9, 1), date(2025, 11, 7), date(2026, 1, 16))
    assert not calendar.open(same)
