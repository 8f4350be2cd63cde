"""What a student's plan refuses."""

from baoxue_shared.errors import ForbiddenError, NotFoundError, RefusalError


class PlanIsOpenError(RefusalError):
    """A plan was to be opened for a child whose plan is open."""


class ClosedPlanError(RefusalError):
    """A closed plan was asked to change."""


class NoMeasureError(NotFoundError):
    """A measure was named that the plan does not have."""


class MeasureTwiceError(RefusalError):
    """The same kind of measure was to be proposed twice for one child and period."""


class MeasureStateError(RefusalError):
    """A measure was asked for a step that is not its next one."""


class SamePersonError(ForbiddenError):
    """Proposer, approver and payer of a measure differ."""


class NothingToPayError(RefusalError):
    """A measure without an amount was to be paid."""
