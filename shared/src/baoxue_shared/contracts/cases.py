"""What cases publishes."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.base import Contract


class _Cases(Contract):
    service = "cases"


class RollCallOpened(_Cases):
    noun, participle = "roll-call", "opened"
    roll_call_id: UUID
    school_id: UUID
    semester: str
    opened_on: date
    due_on: date


class PupilsNotCheckedIn(_Cases):
    """An empty list too."""

    noun, participle = "roll-call", "listed"
    roll_call_id: UUID
    school_id: UUID
    semester: str
    children: tuple[UUID, ...]
    listed_on: date


class AbsenceCauseVerified(_Cases):
    noun, participle = "absence-cause", "verified"
    roll_call_id: UUID
    school_id: UUID
    semester: str
    child_id: UUID
    cause: str
    verified_on: date


class RollCallClosed(_Cases):
    noun, participle = "roll-call", "closed"
    roll_call_id: UUID
    school_id: UUID
    semester: str
    closed_on: date


class DropoutCaseOpened(_Cases):
    noun, participle = "dropout-case", "opened"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    source: str  # check_in_missed, roll_call, register_check, reconciliation, attendance, public_report
    opened_on: date


class DropoutCaseOpenedInError(_Cases):
    noun, participle = "dropout-case", "opened-in-error"
    case_id: UUID
    child_id: UUID


class ResponsibleAssigned(_Cases):
    noun, participle = "responsible", "assigned"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    person: str  # opaque subject
    since: date


class ResponsibleReleased(_Cases):
    noun, participle = "responsible", "released"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    person: str
    until: date


class CauseVerified(_Cases):
    noun, participle = "dropout-case", "cause-verified"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    cause: str


class ContactAttempted(_Cases):
    noun, participle = "contact", "attempted"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    reached: bool
    attempted_on: date


class HomeVisited(_Cases):
    noun, participle = "home", "visited"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    visited_on: date


class PersuasionConcluded(_Cases):
    noun, participle = "persuasion", "concluded"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    persuasion: int  # number of the persuasion in the case
    outcome: str  # returned, refused, unreachable
    concluded_on: date


class WrittenReportDelivered(_Cases):
    noun, participle = "written-report", "delivered"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    persuasion: int
    report_number: str
    to: str  # county_education, township_of_residence
    delivered_on: date


class ReturnedToSchool(_Cases):
    noun, participle = "child", "returned"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    returned_on: date


class DropoutCaseClosed(_Cases):
    noun, participle = "dropout-case", "closed"
    case_id: UUID
    child_id: UUID
    school_id: UUID
    outcome: str
    closed_on: date
