"""Refusals of a file as a whole: nothing of it is recorded."""

from baoxue_shared.errors import InvalidInputError


class UnreadableFileError(InvalidInputError):
    """A file is neither CSV text nor a spreadsheet, is empty, or is protected by a password."""


class FileTooLargeError(InvalidInputError):
    """A file is larger than the service takes at once."""
