"""The aid service: one method per command."""

from baoxue_aid.application.funds import Funds
from baoxue_aid.application.plans import Plans


class Aid(Plans, Funds):
    """一生一案 and 资金: all commands of the service."""


__all__ = ["Aid"]
