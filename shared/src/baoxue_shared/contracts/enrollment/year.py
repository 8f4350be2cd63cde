"""What enrollment publishes of the school year and its tasks, the survey, zones."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class YearOpened(Enrollment):
    noun, participle = "school-year", "opened"
    year_id: UUID
    year: int  # 2025 = the school year that begins in September 2025


class StudyHeld(Enrollment):
    noun, participle = "study", "held"
    year_id: UUID
    year: int
    held_on: date


class PublicityRecorded(Enrollment):
    noun, participle = "publicity", "recorded"
    year_id: UUID
    year: int
    channel: str  # walls, newspaper, tv, radio, phone
    recorded_on: date


class PublicityPlanMade(Enrollment):
    noun, participle = "publicity-plan", "made"
    year_id: UUID
    year: int
    planned_on: date  # area: the township


class IdentitySearchMade(Enrollment):
    """How many children public security found; zero is a result."""

    noun, participle = "identity-search", "made"
    year: int
    not_enrolled: int
    without_number: int
    wrong_data: int
    made_on: date


class SurveyOpened(Enrollment):
    noun, participle = "survey", "opened"
    year: int
    opened_on: date  # area: the township


class HouseholdRecorded(Enrollment):
    noun, participle = "household", "recorded"
    household_id: UUID  # area: the village


class HouseholdSurveyed(Enrollment):
    noun, participle = "household", "surveyed"
    household_id: UUID
    year: int
    surveyed_on: date


class HouseholdConfirmedByVillage(Enrollment):
    noun, participle = "household", "confirmed"
    household_id: UUID
    year: int
    attempts: int
    confirmed_on: date


class TownshipSurveyClosed(Enrollment):
    noun, participle = "survey", "closed"
    year: int
    closed_on: date  # area: the township


class SummarySubmitted(Enrollment):
    noun, participle = "summary", "submitted"
    year_id: UUID
    year: int
    children: int
    submitted_on: date


class PlanAdopted(Enrollment):
    noun, participle = "enrollment-plan", "adopted"
    year_id: UUID
    year: int
    adopted_on: date


class PlanFollowedUp(Enrollment):
    noun, participle = "enrollment-plan", "followed-up"
    year_id: UUID
    year: int
    body: str  # the township or department that was urged
    followed_up_on: date


class ZoneDrawn(Enrollment):
    """A school and its zone; schools' names are public."""

    noun, participle = "school-zone", "drawn"
    school_id: UUID
    name: str
    stage: str  # primary, junior, nine_year
    kind: str  # central, village, school: central = 中心校
    township: str
    villages: tuple[str, ...]


class SemesterOpened(Enrollment):
    noun, participle = "semester", "opened"
    year_id: UUID
    semester: str  # "2025-autumn", "2026-spring"
    opens_on: date
    midpoint_on: date
    ends_on: date
