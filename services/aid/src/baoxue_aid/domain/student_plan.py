"""One student one plan: needs, measures, who proposed and approved them, what was paid."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.sealed import Sealed

from baoxue_aid.domain.measure import Measure
from baoxue_aid.domain.refusals import (
    ClosedPlanError,
    MeasureStateError,
    MeasureTwiceError,
    NoMeasureError,
    NothingToPayError,
    PlanIsOpenError,
    SamePersonError,
)

_PLANS = UUID("d3c1e5f2-6f0d-4c58-bb0d-3f2a1c9d7e01")


def plan_of(child_id: UUID) -> UUID:
    """The plan's id follows from the child's random one, so that two writers meet at its version."""
    return uuid5(_PLANS, child_id.hex)


class StudentPlan(Audited):
    """一生一案: one plan of help per child."""

    TOPIC = "aid.StudentPlan"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "aid.StudentPlan.Opened"
        area: str
        child_id: UUID
        school_id: UUID
        case_id: UUID
        cause: str
        opened_on: date

    @event(Opened)
    def __init__(
        self, id: UUID, area: str, child_id: UUID, school_id: UUID, case_id: UUID, cause: str, opened_on: date
    ) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.case_id, self.cause, self.opened_on = case_id, cause, opened_on
        self.closed = False
        self.needs: dict[str, Sealed] = {}  # by dimension, as last assessed
        self.measures: dict[UUID, Measure] = {}

    class Event(Audited.Event):
        """Repeats whose plan it is."""

        area: str
        child_id: UUID
        school_id: UUID

    def _change(self) -> dict[str, object]:
        """ClosedPlanError."""
        if self.closed:
            raise ClosedPlanError(plan_id=self.id, available=("open_plan",))
        return {"area": self.area, "child_id": self.child_id, "school_id": self.school_id}

    class Reopened(Event):
        TOPIC = "aid.StudentPlan.Reopened"
        case_id: UUID
        cause: str
        opened_on: date

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.closed, aggregate.case_id, aggregate.cause = False, self.case_id, self.cause

    def reopen(self, case_id: UUID, cause: str, opened_on: date) -> None:
        """PlanIsOpenError."""
        if not self.closed:
            raise PlanIsOpenError(plan_id=self.id, available=("assess_need", "propose_measure"))
        known = {"area": self.area, "child_id": self.child_id, "school_id": self.school_id}
        self.trigger_event(self.Reopened, **known, case_id=case_id, cause=cause, opened_on=opened_on)

    class NeedAssessed(Event):
        TOPIC = "aid.StudentPlan.NeedAssessed"
        dimension: str
        found: Sealed

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.needs[self.dimension] = self.found

    def assess(self, dimension: str, found: Sealed) -> None:
        """ClosedPlanError."""
        self.trigger_event(self.NeedAssessed, **self._change(), dimension=dimension, found=found)

    class MeasureProposed(Event):
        TOPIC = "aid.StudentPlan.MeasureProposed"
        measure_id: UUID
        kind: str
        amount: int
        period: str
        proposed_by: str

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.measures[self.measure_id] = Measure(self.kind, self.amount, self.period, self.proposed_by)

    def propose(self, measure_id: UUID, kind: str, amount: int, period: str, by: str) -> None:
        """The same item for the same period once. ClosedPlanError; MeasureTwiceError."""
        known = self._change()
        if any((m.kind, m.period) == (kind, period) for m in self.measures.values()):
            raise MeasureTwiceError(kind=kind, period=period)
        facts = {"measure_id": measure_id, "kind": kind, "amount": amount, "period": period, "proposed_by": by}
        self.trigger_event(self.MeasureProposed, **known, **facts)

    def _measure(self, measure_id: UUID) -> Measure:
        if measure_id not in self.measures:
            raise NoMeasureError(measure_id=measure_id)
        return self.measures[measure_id]

    class MeasureApproved(Event):
        TOPIC = "aid.StudentPlan.MeasureApproved"
        measure_id: UUID
        kind: str
        amount: int
        approved_by: str

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.measures[self.measure_id].approved_by = self.approved_by

    def approve(self, measure_id: UUID, by: str) -> None:
        """ClosedPlanError; NoMeasureError; MeasureStateError; SamePersonError."""
        known, measure = self._change(), self._measure(measure_id)
        if measure.approved_by is not None:
            raise MeasureStateError(kind=measure.kind, period=measure.period, available=("pay_measure",))
        if by == measure.proposed_by:
            raise SamePersonError(person=by)
        facts = {"measure_id": measure_id, "kind": measure.kind, "amount": measure.amount, "approved_by": by}
        self.trigger_event(self.MeasureApproved, **known, **facts)

    class MeasurePaid(Event):
        TOPIC = "aid.StudentPlan.MeasurePaid"
        measure_id: UUID
        fund_id: UUID
        amount: int
        paid_by: str

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.measures[self.measure_id].paid_by = self.paid_by

    def pay(self, measure_id: UUID, fund_id: UUID, by: str) -> int:
        """The amount to take from the fund, in fen; once.

        ClosedPlanError; NoMeasureError; MeasureStateError; NothingToPayError; SamePersonError.
        """
        known, measure = self._change(), self._measure(measure_id)
        if measure.approved_by is None or measure.paid_by is not None:
            available = ("approve_measure",) if measure.approved_by is None else ()
            raise MeasureStateError(kind=measure.kind, period=measure.period, available=available)
        if not measure.amount:
            raise NothingToPayError(kind=measure.kind)
        if by in {measure.proposed_by, measure.approved_by}:
            raise SamePersonError(person=by)
        facts = {"measure_id": measure_id, "fund_id": fund_id, "amount": measure.amount, "paid_by": by}
        self.trigger_event(self.MeasurePaid, **known, **facts)
        return measure.amount

    class Closed(Event):
        TOPIC = "aid.StudentPlan.Closed"
        closed_on: date

        def apply(self, aggregate: "StudentPlan") -> None:
            aggregate.closed = True

    def close(self, closed_on: date) -> None:
        """ClosedPlanError."""
        self.trigger_event(self.Closed, **self._change(), closed_on=closed_on)
