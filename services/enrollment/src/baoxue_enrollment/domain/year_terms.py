"""What a school year is made of: refusals, tasks, figures, semesters."""

from datetime import date
from typing import Literal

import msgspec
from baoxue_shared.errors import InvalidInputError, RefusalError


class YearAlreadyOpenedError(RefusalError):
    """A county opened the same school year twice."""


class AlreadyRecordedError(RefusalError):
    """A step of the year that happens once was recorded again."""


class SummaryMissingError(RefusalError):
    """The plan was to be adopted before the summary on which it rests."""


class SemesterDatesError(InvalidInputError):
    """A semester's dates are not in order, or do not belong to this year."""


Department = Literal[
    "education",
    "public-security",
    "civil-affairs",
    "justice",
    "human-resources",
    "disabled-federation",
    "finance",
    "health",
    "culture",
    "market-supervision",
    "comprehensive-governance",
    "rural-revitalisation",
    "womens-federation",
]
Need = Literal["living-allowance", "boarding", "lunch", "transport", "special-form", "other"]


class DepartmentTask(msgspec.Struct, frozen=True):
    """What the March study gave a department to do."""

    department: Department
    task: str


class TownshipDue(msgspec.Struct, frozen=True):
    """Children due in a township, by entry."""

    township: str
    grade_1: int
    grade_7: int
    returning: int
    moved_in: int


class AidNeed(msgspec.Struct, frozen=True):
    """How many children of a township need that help, by its survey."""

    township: str
    need: Need
    children: int


class Semester(msgspec.Struct, frozen=True):
    """学期: opens, is at its midpoint, ends; pupils check in by `report_on`."""

    semester: str  # "2025-autumn", "2026-spring"
    opens_on: date
    report_on: date
    midpoint_on: date
    ends_on: date
