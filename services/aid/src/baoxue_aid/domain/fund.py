"""Money of one source, county and budget year, in fen."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID, uuid5

from baoxue_shared.area import within
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

_FUNDS = UUID("7b7a1c1e-93a5-4f0e-8d6c-5e0d1c2b3a44")


class FundTooSmallError(RefusalError):
    """More was to be paid than the fund has."""


class ForeignFundError(RefusalError):
    """A county's fund was to pay for a child of another county."""


def fund_of(county: str, source: str, budget_year: int) -> UUID:
    """One fund per county, source and year: public facts, so the id may follow from them."""
    return uuid5(_FUNDS, f"{county}/{source}/{budget_year}")


class Fund(Audited):
    """资金: never below zero."""

    TOPIC = "aid.Fund"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "aid.Fund.Opened"
        area: str
        source: str
        budget_year: int

    @event(Opened)
    def __init__(self, id: UUID, area: str, source: str, budget_year: int) -> None:
        self.area, self.source, self.budget_year = area, source, budget_year
        self.appropriated = self.paid = 0

    @property
    def available(self) -> int:
        return self.appropriated - self.paid

    class Appropriated(Audited.Event):
        TOPIC = "aid.Fund.Appropriated"
        area: str
        source: str
        budget_year: int
        amount: int

    def appropriate(self, amount: int) -> None:
        self._appropriated(self.area, self.source, self.budget_year, amount)

    @event(Appropriated)
    def _appropriated(self, area: str, source: str, budget_year: int, amount: int) -> None:
        self.appropriated += amount

    class MoneyPaid(Audited.Event):
        TOPIC = "aid.Fund.MoneyPaid"
        area: str
        plan_id: UUID
        measure_id: UUID
        child_id: UUID
        amount: int
        paid_on: date

    def pay(self, area: str, plan_id: UUID, measure_id: UUID, child_id: UUID, amount: int, paid_on: date) -> None:
        """`area`: the child's village. ForeignFundError; FundTooSmallError."""
        if not within(self.area, area):
            raise ForeignFundError(source=self.source, county=self.area)
        if amount > self.available:
            lacks = amount - self.available
            raise FundTooSmallError(lacks=f"{lacks / 100:.2f}", source=self.source, available=("appropriate_fund",))
        self._paid(area, plan_id, measure_id, child_id, amount, paid_on)

    @event(MoneyPaid)
    def _paid(self, area: str, plan_id: UUID, measure_id: UUID, child_id: UUID, amount: int, paid_on: date) -> None:
        self.paid += amount
