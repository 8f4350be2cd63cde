"""The cases service: one method per command."""

from baoxue_cases.application.dropout_cases import DropoutCases
from baoxue_cases.application.roll_calls import RollCalls


class Cases(DropoutCases, RollCalls):
    """辍学个案: all commands of the service."""


__all__ = ["Cases"]
