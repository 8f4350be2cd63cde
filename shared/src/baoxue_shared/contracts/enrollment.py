"""What enrollment publishes."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.base import Contract


class _Enrollment(Contract):
    service = "enrollment"


class YearOpened(_Enrollment):
    noun, participle = "school-year", "opened"
    year_id: UUID
    year: int  # 2025 = the school year that begins in September 2025


class StudyHeld(_Enrollment):
    noun, participle = "study", "held"
    year_id: UUID
    year: int
    held_on: date


class PublicityRecorded(_Enrollment):
    noun, participle = "publicity", "recorded"
    year_id: UUID
    year: int
    channel: str  # walls, newspaper, tv, radio, phone
    recorded_on: date


class SurveyOpened(_Enrollment):
    noun, participle = "survey", "opened"
    year: int
    opened_on: date  # area: the township


class HouseholdRecorded(_Enrollment):
    noun, participle = "household", "recorded"
    household_id: UUID  # area: the village


class HouseholdSurveyed(_Enrollment):
    noun, participle = "household", "surveyed"
    household_id: UUID
    year: int
    surveyed_on: date


class HouseholdConfirmedByVillage(_Enrollment):
    noun, participle = "household", "confirmed"
    household_id: UUID
    year: int
    attempts: int
    confirmed_on: date


class TownshipSurveyClosed(_Enrollment):
    noun, participle = "survey", "closed"
    year: int
    closed_on: date  # area: the township


class SummarySubmitted(_Enrollment):
    noun, participle = "summary", "submitted"
    year_id: UUID
    year: int
    children: int
    submitted_on: date


class PlanAdopted(_Enrollment):
    noun, participle = "enrollment-plan", "adopted"
    year_id: UUID
    year: int
    adopted_on: date


class ZoneDrawn(_Enrollment):
    """A school and its zone; schools' names are public."""

    noun, participle = "school-zone", "drawn"
    school_id: UUID
    name: str
    stage: str  # primary, junior, nine_year
    kind: str  # central, village, school: central = 中心校
    township: str
    villages: tuple[str, ...]


class SemesterOpened(_Enrollment):
    noun, participle = "semester", "opened"
    year_id: UUID
    semester: str  # "2025-autumn", "2026-spring"
    opens_on: date
    midpoint_on: date
    ends_on: date


class ChildRecorded(_Enrollment):
    noun, participle = "child", "recorded"
    child_id: UUID
    household_id: UUID | None = None


class IdentityCorrected(_Enrollment):
    """Which fields, never what stands in them."""

    noun, participle = "identity", "corrected"
    child_id: UUID
    changed: tuple[str, ...]
    ground: str
    noted_on: date


class IdentityProblemFound(_Enrollment):
    """For public security: to be registered or corrected."""

    noun, participle = "identity-problem", "found"
    child_id: UUID
    problem: str
    found_on: date


class GuardianChanged(_Enrollment):
    noun, participle = "guardian", "changed"
    child_id: UUID
    role: str  # guardian, deputy
    from_on: date


class GroupFlagSet(_Enrollment):
    """Which special group stays sealed in enrollment."""

    noun, participle = "group-flag", "set"
    child_id: UUID
    flag_id: UUID
    from_on: date
    until_on: date | None = None


class GroupFlagCleared(_Enrollment):
    noun, participle = "group-flag", "cleared"
    child_id: UUID
    flag_id: UUID
    cleared_on: date


class MovedIn(_Enrollment):
    noun, participle = "child", "moved-in"
    child_id: UUID
    former_area: str
    moved_on: date


class MovedAway(_Enrollment):
    noun, participle = "child", "moved-away"
    child_id: UUID
    moved_on: date


class ChildDied(_Enrollment):
    noun, participle = "child", "died"
    child_id: UUID
    died_on: date


class LivesElsewhereProven(_Enrollment):
    noun, participle = "lives-elsewhere", "proven"
    child_id: UUID
    proof: str
    proven_on: date


class LivesElsewhereEnded(_Enrollment):
    noun, participle = "lives-elsewhere", "ended"
    child_id: UUID
    ended_on: date


class DuplicateMerged(_Enrollment):
    """Two files are one child's: `merged` leads to `kept`."""

    noun, participle = "duplicate", "merged"
    pair_id: UUID
    kept: UUID
    merged: UUID
    decided_on: date


class DuplicateSeparated(_Enrollment):
    """Not the same child; a merger, if there was one, is taken back."""

    noun, participle = "duplicate", "separated"
    pair_id: UUID
    first: UUID
    second: UUID
    decided_on: date


class ChildPlaced(_Enrollment):
    noun, participle = "child", "placed"
    child_id: UUID
    school_id: UUID
    entry: str  # grade_1, grade_7, return, moved_in


class NoticeIssued(_Enrollment):
    noun, participle = "enrollment-notice", "issued"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    entry: str
    number: str
    report_on: date


class NoticeServed(_Enrollment):
    noun, participle = "enrollment-notice", "served"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    method: str
    served_on: date


class NoticeAnnounced(_Enrollment):
    """Public notice: deemed served when thirty days have passed; `NoticeServed` follows then."""

    noun, participle = "enrollment-notice", "announced"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    published_on: date
    deemed_on: date


class NoticeRefused(_Enrollment):
    noun, participle = "enrollment-notice", "refused"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    refused_on: date


class NoticeUndeliverable(_Enrollment):
    noun, participle = "enrollment-notice", "undeliverable"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    method: str
    tried_on: date
    cause: str


class NoticeRevoked(_Enrollment):
    noun, participle = "enrollment-notice", "revoked"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    ground: str
    revoked_on: date


class NoticeReissued(_Enrollment):
    """Another paper under the next number, to be served anew."""

    noun, participle = "enrollment-notice", "reissued"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    ground: str
    number: str
    report_on: date
    reissued_on: date


class PupilRecordOpened(_Enrollment):
    noun, participle = "pupil-record", "opened"
    child_id: UUID
    school_id: UUID
    grade: int


class CheckedIn(_Enrollment):
    noun, participle = "pupil", "checked-in"
    child_id: UUID
    school_id: UUID
    semester: str
    checked_in_on: date


class CheckInMissed(_Enrollment):
    noun, participle = "pupil", "check-in-missed"
    child_id: UUID
    school_id: UUID
    semester: str
    due_on: date


class CompulsoryCompleted(_Enrollment):
    noun, participle = "compulsory-education", "completed"
    child_id: UUID
    school_id: UUID
    year: int


class DeferralApproved(_Enrollment):
    """`until` is null for an exemption by a local basis."""

    noun, participle = "deferral", "approved"
    child_id: UUID
    approver: str
    until: date | None = None


class Suspended(_Enrollment):
    noun, participle = "pupil", "suspended"
    child_id: UUID
    school_id: UUID
    approver: str
    from_on: date
    until_on: date


class LeftOther(_Enrollment):
    noun, participle = "pupil", "left-other"
    child_id: UUID
    school_id: UUID
    left_on: date


class DropoutMarked(_Enrollment):
    noun, participle = "dropout", "marked"
    child_id: UUID
    school_id: UUID
    marked_on: date


class WentAway(_Enrollment):
    noun, participle = "pupil", "went-away"
    child_id: UUID
    school_id: UUID
    status: str  # abroad, missing
    since_on: date


class Restored(_Enrollment):
    noun, participle = "pupil", "restored"
    child_id: UUID
    school_id: UUID
    former: str
    restored_on: date


class TransferRequested(_Enrollment):
    """`to_school` is null if it goes to another county."""

    noun, participle = "transfer", "requested"
    child_id: UUID
    school_id: UUID
    to_school: UUID | None = None
    requested_on: date


class TransferCompleted(_Enrollment):
    noun, participle = "transfer", "completed"
    child_id: UUID
    school_id: UUID
    to_school: UUID | None = None
    ended_on: date


class ForcedLeaveAttempted(_Enrollment):
    """A school wanted a pupil to leave in a way that the law does not know; it was refused."""

    noun, participle = "forced-leave", "attempted"
    child_id: UUID
    school_id: UUID
    leave: str  # expulsion, withdrawal, retention, suspension, transfer
    attempted_on: date


class LeftOtherWithoutReason(_Enrollment):
    """Leaving for other grounds was wanted without a concrete reason; it was refused."""

    noun, participle = "other-leaving", "refused"
    child_id: UUID
    school_id: UUID
    attempted_on: date


class ChildErased(_Enrollment):
    """Every service destroys its keys of the child."""

    noun, participle = "child", "erased"
    child_id: UUID
