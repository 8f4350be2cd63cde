"""What enrollment publishes of registers: taken in, compared with each other, checked against who is there."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class RegisterImported(Enrollment):
    """A population register came in that covers the township: told for each; the county has it by them."""

    noun, participle = "register", "imported"
    register_id: UUID
    kind: str  # household, residence_permit


class RegisterReconciled(Enrollment):
    """四查三比对: two registers were compared; `counts` by outcome, the lists stay in enrollment."""

    noun, participle = "register", "reconciled"
    run_id: UUID
    kind: str  # household_pupil, pupil_attendance, dropout_poor
    rule: str
    counts: dict[str, int]


class ReconciliationClosed(Enrollment):
    """Every difference that concerns the area is explained or corrected."""

    noun, participle = "reconciliation", "closed"
    run_id: UUID
    register_id: UUID
    level: str  # county, township
    closed_on: date


class RegisterDifferenceFound(Enrollment):
    """`owner`: who is to explain or correct it by `due_on`; without `child_id` nobody on record is meant."""

    noun, participle = "register-difference", "found"
    difference_id: UUID
    run_id: UUID
    outcome: str
    child_id: UUID | None = None
    school_id: UUID | None = None
    owner: str  # county-education, township, school
    due_on: date


class RegisterDifferenceSettled(Enrollment):
    noun, participle = "register-difference", "settled"
    difference_id: UUID
    outcome: str
    child_id: UUID | None = None
    how: str
    settled_on: date


class RegisterAbsenteesListed(Enrollment):
    """在籍不在校: of a school and month; an empty list too."""

    noun, participle = "register-absentees", "listed"
    school_id: UUID
    month: str
    children: tuple[UUID, ...]
    listed_on: date


class RegisterAbsenceVerified(Enrollment):
    noun, participle = "register-absence", "verified"
    school_id: UUID
    child_id: UUID
    month: str
    cause: str
    verified_on: date


class DropoutSuspected(Enrollment):
    """疑似辍学: somebody verified that the child is out of school, or too many days are missing."""

    noun, participle = "dropout", "suspected"
    child_id: UUID
    school_id: UUID
    source: str  # register_check, reconciliation, attendance
    suspected_on: date


class PhantomPupilFound(Enrollment):
    """空挂学籍: on a school's register, never taught there."""

    noun, participle = "phantom-pupil", "found"
    child_id: UUID
    school_id: UUID
    found_on: date


class TaughtInFact(Enrollment):
    noun, participle = "phantom-pupil", "taught-in-fact"
    child_id: UUID
    school_id: UUID
    since_on: date


class PupilRecordCorrected(Enrollment):
    noun, participle = "pupil-record", "corrected"
    child_id: UUID
    school_id: UUID
    changed: tuple[str, ...]
    corrected_on: date


class PhantomCheckClosed(Enrollment):
    """Whoever was found has been told by then; zero is told too."""

    noun, participle = "phantom-check", "closed"
    period: str  # 2025-09
    found: int
    closed_on: date
