"""Grounds and refusals of what is recorded of a child."""

from typing import Literal

from baoxue_shared.errors import RefusalError

Correction = Literal["police-corrected", "register-error", "guardians-application", "document-seen"]
Problem = Literal["no-id-number", "id-number-wrong", "name-differs", "birth-date-differs", "not-registered"]
GuardianRole = Literal["guardian", "deputy"]
Proof = Literal["certificate-of-attendance", "pupil-record", "inquiry-answer"]
InquiryAnswer = Literal["at-school-there", "lives-there-not-at-school", "not-found-there", "moved-on"]


class NotHereError(RefusalError):
    """The child died or moved away: nothing more is asked of this county."""


class NotElsewhereError(RefusalError):
    """A child that lives here was to be proven, asked for or ended elsewhere."""


class GroupNotSetError(RefusalError):
    """A special group was to be cleared that is not set."""


class NoInquiryError(RefusalError):
    """An answer came to an inquiry that was not sent, or that has its answer."""


class NumberTakenError(RefusalError):
    """A corrected ID number belongs to another child on record."""
