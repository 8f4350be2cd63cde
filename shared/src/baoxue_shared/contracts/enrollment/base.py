"""Base of all that enrollment publishes."""

from baoxue_shared.contracts.base import Contract


class Enrollment(Contract):
    """A fact of enrollment."""

    service = "enrollment"
