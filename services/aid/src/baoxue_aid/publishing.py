"""Recorded events of aid as published contracts."""

from collections.abc import Callable
from typing import Any

from baoxue_shared.contracts import aid as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.messaging.relay import Published
from baoxue_shared.view import Heard

from baoxue_aid.domain.fund import Fund
from baoxue_aid.domain.student_plan import StudentPlan


def _as(contract: type[Contract], own_id: str) -> Callable[[Any, Heard], Contract]:
    """The contract's fields stand in the event by the same names; `own_id` is the aggregate's."""

    def publish(event: Any, heard: Heard) -> Contract:  # noqa: ANN401 - one of the events below
        facts = {name: getattr(event, name) for name in contract.model_fields if name != own_id}
        return contract.model_validate({**facts, own_id: heard.originator_id})

    return publish


PUBLISHED: Published = {
    StudentPlan.Opened: _as(contracts.PlanOpened, "plan_id"),
    StudentPlan.Reopened: _as(contracts.PlanOpened, "plan_id"),
    StudentPlan.NeedAssessed: _as(contracts.NeedAssessed, "plan_id"),
    StudentPlan.MeasureProposed: _as(contracts.MeasureProposed, "plan_id"),
    StudentPlan.MeasureApproved: _as(contracts.MeasureApproved, "plan_id"),
    StudentPlan.Closed: _as(contracts.PlanClosed, "plan_id"),
    Fund.Appropriated: _as(contracts.FundAppropriated, "fund_id"),
    Fund.MoneyPaid: _as(contracts.MoneyPaid, "fund_id"),
}
