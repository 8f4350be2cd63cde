"""Two children that may be one: proposed by comparison, decided by a person, decided anew by a person."""

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError, RefusalError
from baoxue_shared.sealed import Sealed

Reason = Literal["same-name-and-birth-date", "same-name-and-guardian-phone"]


class DecidedSoError(RefusalError):
    """The same decision on a pair was to be taken twice."""


class NotOfThePairError(InvalidInputError):
    """The child to be kept is not one of the two."""


class DuplicateCandidate(Audited):
    """疑似重复: never merged silently; merged or kept apart, each reversible by a further decision."""

    TOPIC = "enrollment.DuplicateCandidate"

    class Proposed(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.DuplicateCandidate.Proposed"
        area: str
        first: UUID
        second: UUID
        reason: Reason

    class Merged(Audited.Event):
        TOPIC = "enrollment.DuplicateCandidate.Merged"
        area: str
        kept: UUID
        merged: UUID
        decided_on: date

    class Separated(Audited.Event):
        TOPIC = "enrollment.DuplicateCandidate.Separated"
        area: str
        first: UUID
        second: UUID
        ground: Sealed
        decided_on: date

    @event(Proposed)
    def __init__(self, id: UUID, area: str, first: UUID, second: UUID, reason: Reason) -> None:
        self.area, self.first, self.second, self.reason = area, first, second, reason
        self.kept: UUID | None = None
        self.apart = False

    def merge(self, kept: UUID, decided_on: date) -> None:
        """The other one's file leads here from now on. NotOfThePairError; DecidedSoError."""
        if kept not in {self.first, self.second}:
            raise NotOfThePairError(problem=str(kept))
        if self.kept == kept:
            raise DecidedSoError
        merged = self.second if kept == self.first else self.first
        self._merged(self.area, kept, merged, decided_on)

    @event(Merged)
    def _merged(self, area: str, kept: UUID, merged: UUID, decided_on: date) -> None:
        self.kept, self.apart = kept, False

    def separate(self, ground: Sealed, decided_on: date) -> None:
        """Not the same, or no longer held for the same. DecidedSoError."""
        if self.apart:
            raise DecidedSoError
        self._separated(self.area, self.first, self.second, ground, decided_on)

    @event(Separated)
    def _separated(self, area: str, first: UUID, second: UUID, ground: Sealed, decided_on: date) -> None:
        self.kept, self.apart = None, True
