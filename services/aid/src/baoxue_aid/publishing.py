"""Recorded events of aid as published contracts."""

from baoxue_shared.contracts import aid as contracts
from baoxue_shared.messaging.publishing import Published, as_contract

from baoxue_aid.domain.fund import Fund
from baoxue_aid.domain.student_plan import StudentPlan

PUBLISHED: Published = {
    StudentPlan.Opened: as_contract(contracts.PlanOpened, "plan_id"),
    StudentPlan.Reopened: as_contract(contracts.PlanOpened, "plan_id"),
    StudentPlan.NeedAssessed: as_contract(contracts.NeedAssessed, "plan_id"),
    StudentPlan.MeasureProposed: as_contract(contracts.MeasureProposed, "plan_id"),
    StudentPlan.MeasureApproved: as_contract(contracts.MeasureApproved, "plan_id"),
    StudentPlan.Closed: as_contract(contracts.PlanClosed, "plan_id"),
    Fund.Appropriated: as_contract(contracts.FundAppropriated, "fund_id"),
    Fund.MoneyPaid: as_contract(contracts.MoneyPaid, "fund_id"),
}
