"""A school's list, per semester, of pupils that did not check in, with the cause of each."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

_ROLL_CALLS = UUID("9a51c4a8-0d0a-44c5-8a0c-7b1f8b1c6d20")


class ClosedRollCallError(RefusalError):
    """A closed roll call was asked to change."""


class NothingListedError(RefusalError):
    """A roll call was to go on before its list was made; an empty list is a list."""


class NotListedError(RefusalError):
    """A cause was to be verified for a child that is not on the list."""


class UnverifiedCausesError(RefusalError):
    """A roll call was to be closed with causes that nobody verified."""


def roll_call_of(school_id: UUID, semester: str) -> UUID:
    """One per school and semester: public facts, so the id may follow from them."""
    return uuid5(_ROLL_CALLS, f"{school_id}/{semester}")


class RollCall(Audited):
    """开学报到清查: listed, verified one by one, closed, within 15 days of the opening."""

    TOPIC = "cases.RollCall"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "cases.RollCall.Opened"
        area: str
        school_id: UUID
        semester: str
        opened_on: date
        due_on: date

    @event(Opened)
    def __init__(self, id: UUID, area: str, school_id: UUID, semester: str, opened_on: date, due_on: date) -> None:
        self.area, self.school_id, self.semester = area, school_id, semester
        self.opened_on, self.due_on = opened_on, due_on
        self.listed: set[UUID] | None = None
        self.causes: dict[UUID, str] = {}
        self.closed = False

    class Event(Audited.Event):
        """Repeats which school and semester."""

        area: str
        school_id: UUID
        semester: str

    def _change(self) -> dict[str, object]:
        """ClosedRollCallError."""
        if self.closed:
            raise ClosedRollCallError(semester=self.semester)
        return {"area": self.area, "school_id": self.school_id, "semester": self.semester}

    class PupilsNotCheckedIn(Event):
        TOPIC = "cases.RollCall.PupilsNotCheckedIn"
        children: tuple[UUID, ...]
        listed_on: date

        def apply(self, aggregate: "RollCall") -> None:
            aggregate.listed = (aggregate.listed or set()) | set(self.children)

    def list_pupils(self, children: tuple[UUID, ...], listed_on: date) -> None:
        """Children may be added later; the same list again changes nothing. ClosedRollCallError."""
        known = self._change()
        new = tuple(child for child in dict.fromkeys(children) if child not in (self.listed or ()))
        if new or self.listed is None:
            self.trigger_event(self.PupilsNotCheckedIn, **known, children=new, listed_on=listed_on)

    class AbsenceCauseVerified(Event):
        TOPIC = "cases.RollCall.AbsenceCauseVerified"
        child_id: UUID
        cause: str
        verified_on: date

        def apply(self, aggregate: "RollCall") -> None:
            aggregate.causes[self.child_id] = self.cause

    def verify_cause(self, child_id: UUID, cause: str, verified_on: date) -> None:
        """ClosedRollCallError; NotListedError."""
        known = self._change()
        if child_id not in (self.listed or ()):
            raise NotListedError(child_id=child_id, available=("list_absentees",))
        if self.causes.get(child_id) != cause:
            self.trigger_event(
                self.AbsenceCauseVerified, **known, child_id=child_id, cause=cause, verified_on=verified_on
            )

    class Closed(Event):
        TOPIC = "cases.RollCall.Closed"
        closed_on: date

        def apply(self, aggregate: "RollCall") -> None:
            aggregate.closed = True

    def close(self, closed_on: date) -> None:
        """Source: notice 1.3. ClosedRollCallError; NothingListedError; UnverifiedCausesError."""
        known = self._change()
        if self.listed is None:
            raise NothingListedError(available=("list_absentees",))
        left = sorted(str(child) for child in self.listed if child not in self.causes)
        if left:
            raise UnverifiedCausesError(count=len(left), children=", ".join(left[:5]), available=("verify_absence",))
        self.trigger_event(self.Closed, **known, closed_on=closed_on)
