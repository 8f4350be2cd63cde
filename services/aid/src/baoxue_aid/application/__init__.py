"""The aid service: one method per command."""

from baoxue_aid.application.funds import Funds
from baoxue_aid.application.plans import Plans


class Aid(Plans, Funds):
    """一生一案与资金."""


__all__ = ["Aid"]
