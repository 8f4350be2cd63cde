"""The days of the simulated year."""

from dataclasses import dataclass
from datetime import date, timedelta

BEGINS, ENDS = date(2025, 3, 1), date(2026, 7, 31)
COUNTY, CITY = "220822", "2208"
ROLL_CALL_DAYS = 15


@dataclass(frozen=True)
class SemesterDays:
    """A semester as the county opens it; `year`: the school year it belongs to."""

    name: str
    year: int
    opens_on: date
    report_on: date
    midpoint_on: date
    ends_on: date

    @property
    def roll_call_due(self) -> date:
        return self.opens_on + timedelta(days=ROLL_CALL_DAYS)


AUTUMN = SemesterDays("2025-autumn", 2025, date(2025, 9, 1), date(2025, 9, 5), date(2025, 11, 7), date(2026, 1, 16))
SPRING = SemesterDays("2026-spring", 2025, date(2026, 3, 2), date(2026, 3, 6), date(2026, 5, 8), date(2026, 7, 10))
SEMESTERS = (AUTUMN, SPRING)
