"""What enrollment publishes of pupil records and their changes."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class PupilRecordOpened(Enrollment):
    noun, participle = "pupil-record", "opened"
    child_id: UUID
    school_id: UUID
    grade: int


class CheckedIn(Enrollment):
    noun, participle = "pupil", "checked-in"
    child_id: UUID
    school_id: UUID
    semester: str
    checked_in_on: date


class CheckInMissed(Enrollment):
    noun, participle = "pupil", "check-in-missed"
    child_id: UUID
    school_id: UUID
    semester: str
    due_on: date


class CompulsoryCompleted(Enrollment):
    noun, participle = "compulsory-education", "completed"
    child_id: UUID
    school_id: UUID
    year: int


class DeferralApproved(Enrollment):
    """`until` is null for an exemption by a local basis."""

    noun, participle = "deferral", "approved"
    child_id: UUID
    approver: str
    until: date | None = None


class Suspended(Enrollment):
    noun, participle = "pupil", "suspended"
    child_id: UUID
    school_id: UUID
    approver: str
    from_on: date
    until_on: date


class LeftOther(Enrollment):
    noun, participle = "pupil", "left-other"
    child_id: UUID
    school_id: UUID
    left_on: date


class DropoutMarked(Enrollment):
    noun, participle = "dropout", "marked"
    child_id: UUID
    school_id: UUID
    marked_on: date


class WentAway(Enrollment):
    noun, participle = "pupil", "went-away"
    child_id: UUID
    school_id: UUID
    status: str  # abroad, missing
    since_on: date


class Restored(Enrollment):
    noun, participle = "pupil", "restored"
    child_id: UUID
    school_id: UUID
    former: str
    restored_on: date


class TransferRequested(Enrollment):
    """`to_school` is null if it goes to another county."""

    noun, participle = "transfer", "requested"
    child_id: UUID
    school_id: UUID
    to_school: UUID | None = None
    requested_on: date


class TransferCompleted(Enrollment):
    noun, participle = "transfer", "completed"
    child_id: UUID
    school_id: UUID
    to_school: UUID | None = None
    ended_on: date


class ForcedLeaveAttempted(Enrollment):
    """A school wanted a pupil to leave in a way that the law does not know; it was refused."""

    noun, participle = "forced-leave", "attempted"
    child_id: UUID
    school_id: UUID
    leave: str  # expulsion, withdrawal, retention, suspension, transfer
    attempted_on: date


class LeftOtherWithoutReason(Enrollment):
    """Leaving for other grounds was wanted without a concrete reason; it was refused."""

    noun, participle = "other-leaving", "refused"
    child_id: UUID
    school_id: UUID
    attempted_on: date
