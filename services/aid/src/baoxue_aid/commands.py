"""What may be asked of the aid service. Money is in fen."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_aid.domain.measure import Dimension, Kind

Fen = Annotated[int, Field(ge=0, le=10_000_000)]
Much = Annotated[int, Field(gt=0, le=100_000_000_000)]


class OpenPlan(Command):
    clause: ClassVar[str | None] = "2.5"
    child_id: UUID
    school_id: UUID
    area: str = Field(pattern=r"^\d{12}$")  # the village of residence
    case_id: UUID
    cause: str = Field(pattern=r"^[a-z_]{1,40}$")
    opened_on: date


class AssessNeed(Command):
    clause: ClassVar[str | None] = "2.5"
    dimension: Dimension
    found: Annotated[str, Field(min_length=1, max_length=2000)]  # free text counts as personal: sealed


class ProposeMeasure(Command):
    clause: ClassVar[str | None] = "2.5"
    kind: Kind
    amount: Fen = 0
    period: Annotated[str, Field(pattern=r"^\d{4}-(autumn|spring)$")]


class ApproveMeasure(Command):
    clause: ClassVar[str | None] = "2.5"


class PayMeasure(Command):
    clause: ClassVar[str | None] = "YJF 44"
    fund_id: UUID
    paid_on: date


class ClosePlan(Command):
    clause: ClassVar[str | None] = "2.5"
    closed_on: date


class OpenFund(Command):
    """A fund that is open already gets the money on top."""

    clause: ClassVar[str | None] = "YJF 44"
    source: Annotated[str, Field(pattern=r"^[a-z_-]{1,40}$")]  # central, province, county, donation
    budget_year: Annotated[int, Field(ge=2000, le=2100)]
    amount: Much


class AppropriateFund(Command):
    clause: ClassVar[str | None] = "YJF 44"
    amount: Much
