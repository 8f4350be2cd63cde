"""Commands of a student's plan, payment included."""

from collections.abc import Callable
from uuid import UUID, uuid4

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_aid.commands import ApproveMeasure, AssessNeed, ClosePlan, OpenPlan, PayMeasure, ProposeMeasure
from baoxue_aid.domain.fund import Fund
from baoxue_aid.domain.student_plan import StudentPlan, plan_of


def _person() -> str:
    return current_acting.get().actor.subject


class Plans(Application):
    """一生一案."""

    @command
    async def open_plan(self, command: OpenPlan) -> Recorded:
        """PlanIsOpenError; a closed one is opened again."""
        plan_id = plan_of(command.child_id)
        try:
            async with self.changing(StudentPlan, plan_id) as plan:
                plan.reopen(command.case_id, command.cause, command.opened_on)
                return await self.save(plan)
        except AggregateNotFoundError:
            return await self.save(StudentPlan(id=plan_id, **command.model_dump(exclude={"occurred_at"})))

    async def _with_plan(self, plan_id: UUID, decide: Callable[[StudentPlan], None]) -> Recorded:
        async with self.changing(StudentPlan, plan_id) as plan:
            decide(plan)
            return await self.save(plan)

    @command
    async def assess_need(self, plan_id: UUID, command: AssessNeed) -> Recorded:
        """ClosedPlanError."""
        async with self.changing(StudentPlan, plan_id) as plan:
            sealed = self.seal(plan.child_id, StudentPlan.NeedAssessed.TOPIC, found=command.found)
            plan.assess(command.dimension, sealed["found"])
            return await self.save(plan)

    @command
    async def propose_measure(self, plan_id: UUID, command: ProposeMeasure) -> Recorded:
        """The answer has the `measure_id`. ClosedPlanError; MeasureTwiceError."""
        async with self.changing(StudentPlan, plan_id) as plan:
            measure_id = uuid4()
            plan.propose(measure_id, command.kind, command.amount, command.period, _person())
            return await self.save(plan, answer={"measure_id": str(measure_id)})

    @command
    async def approve_measure(self, plan_id: UUID, measure_id: UUID, command: ApproveMeasure) -> Recorded:  # noqa: ARG002
        """By another person than the proposer. NoMeasureError; MeasureStateError; SamePersonError."""
        return await self._with_plan(plan_id, lambda plan: plan.approve(measure_id, _person()))

    @command
    async def pay_measure(self, plan_id: UUID, measure_id: UUID, command: PayMeasure) -> Recorded:
        """Plan and fund in one durable write: paid once, and never more than the fund has.

        NoMeasureError; MeasureStateError; NothingToPayError; SamePersonError; ForeignFundError; FundTooSmallError.
        """
        async with (
            self.changing(StudentPlan, plan_id) as plan,
            self.changing(Fund, command.fund_id) as fund,
        ):
            amount = plan.pay(measure_id, fund.id, _person())
            fund.pay(plan.area, plan.id, measure_id, plan.child_id, amount, command.paid_on)
            return await self.save(plan, fund)

    @command
    async def close_plan(self, plan_id: UUID, command: ClosePlan) -> Recorded:
        """ClosedPlanError."""
        return await self._with_plan(plan_id, lambda plan: plan.close(command.closed_on))

    @command
    async def erase_child(self, child_id: UUID, area: str) -> Recorded:
        """Once enrollment recorded the erasure. ErasedChildError the second time."""
        return await record_erasure(self, child_id, area, "retention-ended")
