"""Where two registers differ about a person: it has an owner and a day, and is followed until it is settled."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError, RefusalError
from baoxue_shared.sealed import Sealed

Owner = Literal["county-education", "township", "school"]
Outcome = Literal[
    "not-on-pupil-register",
    "not-on-household-register",
    "candidate",
    "twice-on-pupil-register",
    "on-register-not-at-school",
    "at-school-not-on-register",
    "taught-elsewhere",
    "at-two-schools",
    "poor-dropout",
    "poor-not-on-record",
]
How = Literal["explained", "corrected", "same-person", "another-person", "out-of-school"]
OWNERS: dict[Outcome, Owner] = {
    "not-on-pupil-register": "township",
    "not-on-household-register": "school",
    "candidate": "county-education",
    "twice-on-pupil-register": "county-education",
    "on-register-not-at-school": "school",
    "at-school-not-on-register": "school",
    "taught-elsewhere": "school",
    "at-two-schools": "county-education",
    "poor-dropout": "county-education",
    "poor-not-on-record": "township",
}
_OUT_OF_SCHOOL = ("not-on-pupil-register", "on-register-not-at-school", "poor-not-on-record")


class SettledAlreadyError(RefusalError):
    """A difference that is explained or corrected was to be settled again."""


class NotSettledError(RefusalError):
    """A difference that is still open was to be reopened."""


class WrongSettlingError(InvalidInputError):
    """A difference was to be settled in a way that its class does not know."""


def ways_of(outcome: Outcome) -> tuple[How, ...]:
    """How a difference of that class can be settled; candidates are decided by a person."""
    if outcome == "candidate":
        return ("same-person", "another-person")
    return ("explained", "corrected", "out-of-school") if outcome in _OUT_OF_SCHOOL else ("explained", "corrected")


class RegisterDifference(Audited):
    """比对差异."""

    TOPIC = "enrollment.RegisterDifference"

    class Found(Audited.Event, AggregateCreated):
        """`left`, `right`: place of the file among the inputs, and row, as `0:17`; who it is, the file says."""

        TOPIC = "enrollment.RegisterDifference.Found"
        area: str
        run_id: UUID
        difference_id: UUID
        outcome: Outcome
        child_id: UUID | None
        school_id: UUID | None
        left: str
        right: str
        owner: Owner
        due_on: date

    class Assigned(Audited.Event):
        TOPIC = "enrollment.RegisterDifference.Assigned"
        area: str
        difference_id: UUID
        owner: Owner
        due_on: date

    class Settled(Audited.Event):
        TOPIC = "enrollment.RegisterDifference.Settled"
        area: str
        difference_id: UUID
        outcome: Outcome
        child_id: UUID | None
        how: How
        detail: Sealed
        settled_on: date

    class Reopened(Audited.Event):
        TOPIC = "enrollment.RegisterDifference.Reopened"
        area: str
        difference_id: UUID
        detail: Sealed
        due_on: date

    class DropoutSuspected(Audited.Event):
        """`area`: the child's village; `at`: its school, or the one whose zone it lives in."""

        TOPIC = "enrollment.RegisterDifference.DropoutSuspected"
        area: str
        child_id: UUID
        at: UUID
        suspected_on: date

    @event(Found)
    def __init__(
        self,
        id: UUID,
        area: str,
        run_id: UUID,
        difference_id: UUID,
        outcome: Outcome,
        child_id: UUID | None,
        school_id: UUID | None,
        left: str,
        right: str,
        owner: Owner,
        due_on: date,
    ) -> None:
        self.area, self.run_id, self.outcome = area, run_id, outcome
        self.child_id, self.school_id = child_id, school_id
        self.owner, self.due_on = owner, due_on
        self.settled: How | None = None

    @property
    def sealed_by(self) -> UUID:
        """Whose key seals the texts: the child's; of somebody not on record, the difference's own."""
        return self.child_id or self.id

    def assign(self, owner: Owner, due_on: date) -> None:
        """SettledAlreadyError."""
        if self.settled:
            raise SettledAlreadyError(how=self.settled)
        self._assigned(self.area, self.id, owner, due_on)

    @event(Assigned)
    def _assigned(self, area: str, difference_id: UUID, owner: Owner, due_on: date) -> None:
        self.owner, self.due_on = owner, due_on

    def settle(self, how: How, detail: Sealed, settled_on: date) -> None:
        """SettledAlreadyError; WrongSettlingError."""
        if self.settled:
            raise SettledAlreadyError(how=self.settled, available=("reopen_difference",))
        if how not in ways_of(self.outcome):
            raise WrongSettlingError(outcome=self.outcome, ways=", ".join(ways_of(self.outcome)))
        self._settled(self.area, self.id, self.outcome, self.child_id, how, detail, settled_on)

    @event(Settled)
    def _settled(
        self,
        area: str,
        difference_id: UUID,
        outcome: Outcome,
        child_id: UUID | None,
        how: How,
        detail: Sealed,
        settled_on: date,
    ) -> None:
        self.settled = how

    def suspect(self, village: str, at: UUID, suspected_on: date) -> None:
        """That a child on record has dropped out, or was never at school."""
        if self.child_id is not None:
            self._suspected(village, self.child_id, at, suspected_on)

    @event(DropoutSuspected)
    def _suspected(self, area: str, child_id: UUID, at: UUID, suspected_on: date) -> None:
        pass

    def reopen(self, detail: Sealed, due_on: date) -> None:
        """NotSettledError."""
        if self.settled is None:
            raise NotSettledError
        self._reopened(self.area, self.id, detail, due_on)

    @event(Reopened)
    def _reopened(self, area: str, difference_id: UUID, detail: Sealed, due_on: date) -> None:
        self.settled, self.due_on = None, due_on
