"""What enrollment publishes of children, who they are and where they live."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class ChildRecorded(Enrollment):
    noun, participle = "child", "recorded"
    child_id: UUID
    household_id: UUID | None = None


class IdentityCorrected(Enrollment):
    """Which fields, never what stands in them."""

    noun, participle = "identity", "corrected"
    child_id: UUID
    changed: tuple[str, ...]
    ground: str
    noted_on: date


class IdentityProblemFound(Enrollment):
    """For public security: to be registered or corrected."""

    noun, participle = "identity-problem", "found"
    child_id: UUID
    problem: str
    found_on: date


class GuardianChanged(Enrollment):
    noun, participle = "guardian", "changed"
    child_id: UUID
    role: str  # guardian, deputy
    from_on: date


class GroupFlagSet(Enrollment):
    """Which special group stays sealed in enrollment."""

    noun, participle = "group-flag", "set"
    child_id: UUID
    flag_id: UUID
    from_on: date
    until_on: date | None = None


class GroupFlagCleared(Enrollment):
    noun, participle = "group-flag", "cleared"
    child_id: UUID
    flag_id: UUID
    cleared_on: date


class MovedIn(Enrollment):
    noun, participle = "child", "moved-in"
    child_id: UUID
    former_area: str
    moved_on: date


class MovedAway(Enrollment):
    noun, participle = "child", "moved-away"
    child_id: UUID
    moved_on: date


class ChildDied(Enrollment):
    noun, participle = "child", "died"
    child_id: UUID
    died_on: date


class LivesElsewhereProven(Enrollment):
    noun, participle = "lives-elsewhere", "proven"
    child_id: UUID
    proof: str
    proven_on: date


class LivesElsewhereEnded(Enrollment):
    noun, participle = "lives-elsewhere", "ended"
    child_id: UUID
    ended_on: date


class DuplicateMerged(Enrollment):
    """Two files are one child's: `merged` leads to `kept`."""

    noun, participle = "duplicate", "merged"
    pair_id: UUID
    kept: UUID
    merged: UUID
    decided_on: date


class DuplicateSeparated(Enrollment):
    """Not the same child; a merger, if there was one, is taken back."""

    noun, participle = "duplicate", "separated"
    pair_id: UUID
    first: UUID
    second: UUID
    decided_on: date


class ChildErased(Enrollment):
    """Every service destroys its keys of the child."""

    noun, participle = "child", "erased"
    child_id: UUID


class SpecialChildFound(Enrollment):
    """A child who needs a suitable form of schooling; which group it belongs to is told nowhere."""

    noun, participle = "special-child", "found"
    child_id: UUID
    found_on: date


class SpecialChildVerified(Enrollment):
    """All three offices verify every child: which of them did tells nothing of it."""

    noun, participle = "special-child", "verified"
    child_id: UUID
    office: str  # county_education, disabled_federation, justice
    verified_on: date


class FormOfSchoolingDecided(Enrollment):
    """Which form is told nowhere."""

    noun, participle = "form-of-schooling", "decided"
    child_id: UUID
    school_id: UUID
    decided_on: date
