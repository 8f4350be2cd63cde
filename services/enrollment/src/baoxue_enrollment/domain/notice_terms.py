"""Grounds and refusals of the enrollment notice."""

from typing import Literal

from baoxue_shared.errors import RefusalError

TEXT_VERSION = "1"  # of the papers of notices issued from now on
Revocation = Literal["issued-in-error", "not-due", "placement-changed", "duplicate-child", "child-died"]
Reissue = Literal["spoiled", "lost", "content-changed", "due-after-all"]
Undelivered = Literal["moved", "address-unknown", "whereabouts-unknown", "returned-by-post", "nobody-met"]


class AlreadyServedError(RefusalError):
    """A notice was served a second time."""


class NotPlacedError(RefusalError):
    """A notice was to be issued to a child that has no placement yet."""


class RevokedNoticeError(RefusalError):
    """A revoked notice was to be served, refused or revoked again."""


class OtherWaysFirstError(RefusalError):
    """Public notice was chosen before another way had failed."""
