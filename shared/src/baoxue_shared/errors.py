"""Refusals: the command was not carried out and nothing was recorded. They know nothing of HTTP.

A refusal's words stand in its distribution's `messages.toml`, by class name, in Chinese and English; its
keyword arguments fill the places of the text. One table in `baoxue_shared.web` maps the bases to problem documents.
"""


class RefusalError(Exception):
    """A command was refused: the record stays as it was."""

    def __init__(self, *, available: tuple[str, ...] = (), **words: object) -> None:
        super().__init__(type(self).__name__, words)
        self.available = available  # operations that can be done now
        self.words = words


class NotFoundError(RefusalError):
    """What was asked for does not exist, or not for this reader."""


class ForbiddenError(RefusalError):
    """The actor's role may not do this."""


class OutsideJurisdictionError(ForbiddenError):
    """The actor acted outside the own area or organisation."""


class InvalidInputError(RefusalError):
    """The input cannot be understood or is not plausible."""


class DutyForbidsError(RefusalError):
    """A duty of the notice forbids the command; it was not decided."""


class StaleVersionError(RefusalError):
    """The thing changed since it was read (If-Match)."""


class BusyAggregateError(RefusalError):
    """Others kept changing the same thing; nothing was recorded."""


class RequestReusedError(RefusalError):
    """A request id was sent again with another body."""


class OverloadedError(RefusalError):
    """Too many commands wait; nothing was recorded."""


class UnauthenticatedError(RefusalError):
    """No valid token came with the request."""
