"""What enrollment publishes of placements and enrollment notices."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class ChildPlaced(Enrollment):
    noun, participle = "child", "placed"
    child_id: UUID
    school_id: UUID
    entry: str  # grade_1, grade_7, return, moved_in


class PlacementDeviated(Enrollment):
    """Another school than the zone's, for a stated reason."""

    noun, participle = "placement", "deviated"
    child_id: UUID
    school_id: UUID
    former: UUID
    entry: str
    reason: str
    deviated_on: date


class PlacementRedirected(Enrollment):
    """By county education, with ground."""

    noun, participle = "placement", "redirected"
    child_id: UUID
    school_id: UUID
    former: UUID
    entry: str
    ground: str
    redirected_on: date


class ChildTurnedAway(Enrollment):
    """`source`: attempt (refused here), or how it was proven outside."""

    noun, participle = "child", "turned-away"
    child_id: UUID
    school_id: UUID
    source: str
    happened_on: date


class EntryExamHeld(Enrollment):
    noun, participle = "entry-exam", "held"
    child_id: UUID
    school_id: UUID
    source: str
    happened_on: date


class NoticeIssued(Enrollment):
    noun, participle = "enrollment-notice", "issued"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    entry: str
    number: str
    report_on: date


class NoticeServed(Enrollment):
    noun, participle = "enrollment-notice", "served"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    method: str
    served_on: date


class NoticeAnnounced(Enrollment):
    """Public notice: deemed served when thirty days have passed; `NoticeServed` follows then."""

    noun, participle = "enrollment-notice", "announced"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    published_on: date
    deemed_on: date


class NoticeRefused(Enrollment):
    noun, participle = "enrollment-notice", "refused"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    refused_on: date


class NoticeUndeliverable(Enrollment):
    noun, participle = "enrollment-notice", "undeliverable"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    method: str
    tried_on: date
    cause: str


class NoticeRevoked(Enrollment):
    noun, participle = "enrollment-notice", "revoked"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    ground: str
    revoked_on: date


class NoticeReissued(Enrollment):
    """Another paper under the next number, to be served anew."""

    noun, participle = "enrollment-notice", "reissued"
    notice_id: UUID
    child_id: UUID
    school_id: UUID
    ground: str
    number: str
    report_on: date
    reissued_on: date
