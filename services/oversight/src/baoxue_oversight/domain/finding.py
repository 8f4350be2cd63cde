"""A gap between duty and record, which the body answers."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed

Decision = Literal["upheld", "dismissed"]
_FINDINGS = UUID("2f5a3f43-52a7-4a52-a5de-9a2a3f3f7c10")


class DecidedFindingError(RefusalError):
    """A finding that was decided was to be answered or decided again."""


def finding_of(duty_id: str, key: str, due_on: date) -> UUID:
    """One finding per duty, key and deadline, however often it is looked for."""
    return uuid5(_FINDINGS, f"{duty_id}/{key}/{due_on}")


class Finding(Audited):
    """发现问题: about a record; answered with evidence, never closed by editing history."""

    TOPIC = "oversight.Finding"

    class Raised(Audited.Event, AggregateCreated):
        TOPIC = "oversight.Finding.Raised"
        class_version = 2
        area: str
        duty_id: str
        duty_clause: str
        bearer: str
        concerns: str
        due_on: date
        rests_on: tuple[str, ...]
        missing: tuple[str, ...]
        raised_on: date
        school_id: UUID | None
        persons: tuple[str, ...]  # responsible for it at the time that decides: opaque subjects

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["persons"] = []

    @event(Raised)
    def __init__(
        self,
        id: UUID,
        area: str,
        duty_id: str,
        duty_clause: str,
        bearer: str,
        concerns: str,
        due_on: date,
        rests_on: tuple[str, ...],
        missing: tuple[str, ...],
        raised_on: date,
        school_id: UUID | None,
        persons: tuple[str, ...],
    ) -> None:
        self.area, self.school_id, self.persons = area, school_id, persons
        self.duty_id, self.duty_clause, self.bearer, self.concerns = duty_id, duty_clause, bearer, concerns
        self.due_on, self.rests_on, self.missing, self.raised_on = due_on, rests_on, missing, raised_on
        self.answers: list[Sealed] = []
        self.decision: str | None = None

    class Event(Audited.Event):
        """Repeats whose finding it is."""

        area: str
        duty_id: str
        bearer: str
        school_id: UUID | None

    def _change(self) -> dict[str, object]:
        """DecidedFindingError."""
        if self.decision is not None:
            raise DecidedFindingError(decision=self.decision)
        return {"area": self.area, "duty_id": self.duty_id, "bearer": self.bearer, "school_id": self.school_id}

    class Answered(Event):
        TOPIC = "oversight.Finding.Answered"
        text: Sealed  # free text counts as personal
        answered_on: date

        def apply(self, aggregate: "Finding") -> None:
            aggregate.answers.append(self.text)

    def answer(self, text: Sealed, answered_on: date) -> None:
        """DecidedFindingError."""
        self.trigger_event(self.Answered, **self._change(), text=text, answered_on=answered_on)

    class Decided(Event):
        TOPIC = "oversight.Finding.Decided"
        decision: str
        decided_on: date

        def apply(self, aggregate: "Finding") -> None:
            aggregate.decision = self.decision

    def decide(self, decision: str, decided_on: date) -> None:
        """DecidedFindingError."""
        self.trigger_event(self.Decided, **self._change(), decision=decision, decided_on=decided_on)
