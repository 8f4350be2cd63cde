"""What people and machines can ask of enrollment, in the imperative."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

Year = Annotated[int, Field(ge=2000, le=2100)]
Township = Annotated[str, Field(pattern=r"^\d{9}$")]
Village = Annotated[str, Field(pattern=r"^\d{12}$")]
Place = Annotated[str, Field(pattern=r"^(\d{6}|\d{9})$")]
Grade = Annotated[int, Field(ge=1, le=9)]
SemesterName = Annotated[str, Field(pattern=r"^\d{4}-(autumn|spring)$")]
Many = Annotated[tuple[UUID, ...], Field(max_length=20_000)]


class OpenSchoolYear(Command):
    year: Year  # 2025 = begins in September 2025


class RecordPublicity(Command):
    clause = "2.1"
    area: Place
    channel: Literal["walls", "newspaper", "tv", "radio", "phone"]
    recorded_on: date


class OpenSurvey(Command):
    clause = "2.1"
    year: Year
    township: Township
    opened_on: date


class CloseTownshipSurvey(Command):
    clause = "2.1"
    year: Year
    township: Township
    closed_on: date


class SurveyHouseholds(Command):
    """All households of the list, or (without one) all of `area` that are not surveyed yet."""

    clause = "2.1"
    year: Year
    surveyed_on: date
    households: Many


class ConfirmHouseholds(Command):
    clause = "2.1"
    year: Year
    confirmed_on: date
    attempts: Annotated[int, Field(ge=1, le=99)] = 3
    households: Many


class OpenSemester(Command):
    semester: SemesterName
    opens_on: date
    report_on: date | None = None  # last day of check-in; the opening day if not given
    midpoint_on: date
    ends_on: date


class DrawZone(Command):
    clause = "YJF 12"
    school_id: UUID
    name: Annotated[str, Field(min_length=2, max_length=60)]
    code: Annotated[str | None, Field(pattern=r"^\d{10}$")] = None  # 学校标识码
    stage: Literal["primary", "junior", "nine_year"]
    kind: Literal["central", "village", "school"]
    township: Township
    villages: tuple[Annotated[str, Field(pattern=r"^(\d{9}|\d{12})$")], ...]  # a township's code = all its villages


class ExpectPupils(Command):
    """Who is to be at which school this semester: pupils (promoted in autumn), entrants with a notice."""

    clause = "1.3"
    semester: SemesterName


class CheckInPupils(Command):
    clause = "1.3"
    semester: SemesterName
    checked_in_on: date
    children: Many


class FindMissedCheckIns(Command):
    """Every pupil whose day has passed by `day` without check-in."""

    clause = "1.3"
    day: date


class EraseChild(Command):
    clause = "PIPL 47"
    ground: Literal["purpose-fulfilled", "retention-ended", "request-of-the-guardian", "recorded-in-error", "by-court"]


class TakeBackPupil(Command):
    clause = "1.3"
    returned_on: date
