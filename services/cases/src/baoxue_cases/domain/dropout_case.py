"""The file on one child's spell out of school."""

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed


class ClosedCaseError(RefusalError):
    """A closed case was asked to change."""


class NoPersuasionError(RefusalError):
    """A written report was to be delivered before a persuasion ended as refused or unreachable."""


class NotReturnedError(RefusalError):
    """A case was to be closed as returned, and no return is on record."""


class NobodyResponsibleError(RefusalError):
    """A responsible person was to be released, and there is none."""


class DropoutCase(Audited):
    """辍学个案: what was done for one child, by whom and when, from opening to closing."""

    TOPIC = "cases.DropoutCase"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "cases.DropoutCase.Opened"
        child_id: UUID
        school_id: UUID
        area: str
        source: str
        opened_on: date

    @event(Opened)
    def __init__(self, child_id: UUID, school_id: UUID, area: str, source: str, opened_on: date) -> None:
        self.child_id, self.school_id, self.area = child_id, school_id, area
        self.source, self.opened_on = source, opened_on
        self.state = "open"
        self.responsible: str | None = None
        self.cause: str | None = None
        self.persuasions: list[str] = []
        self.returned_on: date | None = None

    class Event(Audited.Event):
        """Repeats whose case it is, so that a reader needs no other event."""

        child_id: UUID
        school_id: UUID
        area: str

    def _change(self) -> dict[str, object]:
        """ClosedCaseError."""
        if self.state == "closed":
            raise ClosedCaseError(case_id=self.id, available=("open_case",))
        return {"child_id": self.child_id, "school_id": self.school_id, "area": self.area}

    class ResponsibleReleased(Event):
        TOPIC = "cases.DropoutCase.ResponsibleReleased"
        person: str
        until: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.responsible = None

    class ResponsibleAssigned(Event):
        TOPIC = "cases.DropoutCase.ResponsibleAssigned"
        person: str
        since: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.responsible = self.person

    def assign(self, person: str, since: date) -> None:
        """One 包保责任人 at a time: whoever was it is released the same day, so that no gap arises. ClosedCaseError."""
        case = self._change()
        if self.responsible == person:
            return
        if self.responsible is not None:
            self.trigger_event(self.ResponsibleReleased, **case, person=self.responsible, until=since)
        self.trigger_event(self.ResponsibleAssigned, **case, person=person, since=since)

    def release(self, until: date) -> None:
        """Left without a successor: from then on the child has nobody. ClosedCaseError; NobodyResponsibleError."""
        case = self._change()
        if self.responsible is None:
            raise NobodyResponsibleError(case_id=self.id, available=("assign_responsible",))
        self.trigger_event(self.ResponsibleReleased, **case, person=self.responsible, until=until)

    class ContactAttempted(Event):
        TOPIC = "cases.DropoutCase.ContactAttempted"
        reached: bool
        attempted_on: date

    def contact(self, *, reached: bool, attempted_on: date) -> None:
        """ClosedCaseError."""
        self.trigger_event(self.ContactAttempted, **self._change(), reached=reached, attempted_on=attempted_on)

    class HomeVisited(Event):
        TOPIC = "cases.DropoutCase.HomeVisited"
        visited_on: date
        found: Sealed

    def visit(self, visited_on: date, found: Sealed) -> None:
        """ClosedCaseError."""
        self.trigger_event(self.HomeVisited, **self._change(), visited_on=visited_on, found=found)

    class CauseVerified(Event):
        TOPIC = "cases.DropoutCase.CauseVerified"
        cause: str

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.cause, aggregate.state = self.cause, "verifying"

    def verify_cause(self, cause: str) -> None:
        """ClosedCaseError."""
        self.trigger_event(self.CauseVerified, **self._change(), cause=cause)

    class PersuasionConcluded(Event):
        TOPIC = "cases.DropoutCase.PersuasionConcluded"
        persuasion: int
        outcome: str
        concluded_on: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.persuasions.append(self.outcome)
            aggregate.state = "persuading"

    def conclude_persuasion(self, outcome: str, concluded_on: date) -> None:
        """ClosedCaseError."""
        number = len(self.persuasions) + 1
        act = {"persuasion": number, "outcome": outcome, "concluded_on": concluded_on}
        self.trigger_event(self.PersuasionConcluded, **self._change(), **act)

    class WrittenReportDelivered(Event):
        TOPIC = "cases.DropoutCase.WrittenReportDelivered"
        persuasion: int
        report_number: str
        to: str
        delivered_on: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.state = "report_sent"

    def deliver_report(self, report_number: str, to: str, delivered_on: date) -> None:
        """Source: notice 1.3. ClosedCaseError; NoPersuasionError."""
        case = self._change()
        if not self.persuasions or self.persuasions[-1] == "returned":
            raise NoPersuasionError(case_id=self.id, available=("conclude_persuasion",))
        act = {"persuasion": len(self.persuasions), "report_number": report_number, "to": to}
        self.trigger_event(self.WrittenReportDelivered, **case, **act, delivered_on=delivered_on)

    class ReturnedToSchool(Event):
        TOPIC = "cases.DropoutCase.ReturnedToSchool"
        returned_on: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.returned_on, aggregate.state = self.returned_on, "returned"

    def record_return(self, returned_on: date) -> None:
        """ClosedCaseError."""
        self.trigger_event(self.ReturnedToSchool, **self._change(), returned_on=returned_on)

    class OpenedInError(Event):
        """The child was at school: the case asks for nothing."""

        TOPIC = "cases.DropoutCase.OpenedInError"

    class Closed(Event):
        TOPIC = "cases.DropoutCase.Closed"
        outcome: str
        closed_on: date

        def apply(self, aggregate: "DropoutCase") -> None:
            aggregate.state = "closed"

    def close(self, outcome: str, closed_on: date) -> None:
        """ClosedCaseError; NotReturnedError."""
        case = self._change()
        if outcome == "returned" and self.returned_on is None:
            raise NotReturnedError(case_id=self.id, available=("record_return",))
        if outcome == "opened_in_error":
            self.trigger_event(self.OpenedInError, **case)
        self.trigger_event(self.Closed, **case, outcome=outcome, closed_on=closed_on)
