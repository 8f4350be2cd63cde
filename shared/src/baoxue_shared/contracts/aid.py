"""What aid publishes. Money is in fen."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.base import Contract


class _Aid(Contract):
    service = "aid"


class PlanOpened(_Aid):
    noun, participle = "student-plan", "opened"
    plan_id: UUID
    child_id: UUID
    case_id: UUID
    cause: str
    opened_on: date


class NeedAssessed(_Aid):
    noun, participle = "need", "assessed"
    plan_id: UUID
    child_id: UUID
    dimension: str  # economy, care, health, learning, mind, way


class MeasureProposed(_Aid):
    noun, participle = "measure", "proposed"
    plan_id: UUID
    child_id: UUID
    measure_id: UUID
    kind: str
    amount: int


class MeasureApproved(_Aid):
    noun, participle = "measure", "approved"
    plan_id: UUID
    child_id: UUID
    measure_id: UUID
    kind: str
    amount: int


class FundAppropriated(_Aid):
    noun, participle = "fund", "appropriated"
    fund_id: UUID
    source: str
    budget_year: int
    amount: int


class MoneyPaid(_Aid):
    noun, participle = "money", "paid"
    fund_id: UUID
    plan_id: UUID
    measure_id: UUID
    child_id: UUID
    amount: int
    paid_on: date


class PlanClosed(_Aid):
    noun, participle = "student-plan", "closed"
    plan_id: UUID
    child_id: UUID
