"""What is asked of a pupil's record: the changes that exist, and those that do not."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_enrollment.domain.record_status import Approver

Text = Annotated[str, Field(min_length=1, max_length=400)]


class ExpelPupil(Command):
    """Does not exist: refused, and on record."""

    clause = "YJF 27"


class WithdrawPupil(Command):
    """Does not exist: refused, and on record."""

    clause = "WBF 28"


class RetainPupil(Command):
    """Staying down does not exist: refused, and on record."""

    clause = "P"


class SuspendPupil(Command):
    clause = "YJF 11"
    ground: Literal["health", "other"]
    guardian_applied: bool
    approver: Approver
    approval: Text  # number and date of the approval, and the evidence
    from_on: date
    until_on: date


class RestorePupil(Command):
    """Back at school: suspension over, back from abroad, found, or persuaded."""

    clause = "2.7"
    restored_on: date


class RecordOtherLeaving(Command):
    """`reason`: concrete; without one it is refused, and on record."""

    clause = "2.7"
    reason: Annotated[str, Field(max_length=400)] = ""
    left_on: date


class MarkDropout(Command):
    clause = "2.7"
    marked_on: date


class RecordAway(Command):
    clause = "2.7"
    status: Literal["abroad", "missing"]
    proof: Text
    since_on: date


class RequestTransfer(Command):
    """`to_school` in this county, or `place` in another."""

    clause = "2.7"
    guardian_applied: bool
    to_school: UUID | None = None
    place: Text | None = None
    requested_on: date


class EndTransfer(Command):
    """Completed when the receiving school has confirmed; or withdrawn."""

    clause = "2.7"
    completed: bool
    ended_on: date


class ApproveDeferral(Command):
    """`exemption` has no end and only a named local basis."""

    clause = "YJF 11"
    kind: Literal["deferral", "exemption"] = "deferral"
    guardian_applied: bool
    approver: Approver
    evidence: Text
    local_basis: Text | None = None
    from_on: date
    until_on: date | None = None


class SkipGrade(Command):
    """跳级: on the guardian's application, approved by county education."""

    clause = "P"
    guardian_applied: bool
    approval: Text
    skipped_on: date


class RestorePlace(Command):
    """恢复入学资格: a child whose place has lapsed is due again."""

    clause = "P"
    ground: Text
    restored_on: date
