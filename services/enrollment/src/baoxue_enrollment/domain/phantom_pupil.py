"""Pupils on a register who are not taught there: found, then taught in fact or the record corrected."""

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError


class FoundAlreadyError(RefusalError):
    """A pupil was to be told a phantom a second time while the first finding is open."""


class NoPhantomError(RefusalError):
    """A pupil that nobody found to be a phantom was to be told as taught in fact."""


class CheckClosedError(RefusalError):
    """A term's search for phantom pupils was to be closed twice."""


class PhantomPupil(Audited):
    """空挂学籍: one child's."""

    TOPIC = "enrollment.PhantomPupil"

    class Found(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.PhantomPupil.Found"
        area: str
        child_id: UUID
        school_id: UUID
        found_on: date

    class FoundAgain(Audited.Event):
        TOPIC = "enrollment.PhantomPupil.FoundAgain"
        area: str
        child_id: UUID
        school_id: UUID
        found_on: date

    class TaughtInFact(Audited.Event):
        TOPIC = "enrollment.PhantomPupil.TaughtInFact"
        area: str
        child_id: UUID
        school_id: UUID
        since_on: date

    @event(Found)
    def __init__(self, id: UUID, area: str, child_id: UUID, school_id: UUID, found_on: date) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.open = True

    def find_again(self, school_id: UUID, found_on: date) -> None:
        """FoundAlreadyError."""
        if self.open and school_id == self.school_id:
            raise FoundAlreadyError(available=("record_taught_in_fact", "correct_pupil_record"))
        self._found_again(self.area, self.child_id, school_id, found_on)

    @event(FoundAgain)
    def _found_again(self, area: str, child_id: UUID, school_id: UUID, found_on: date) -> None:
        self.school_id, self.open = school_id, True

    def teach(self, since_on: date) -> None:
        """NoPhantomError."""
        if not self.open:
            raise NoPhantomError
        self._taught(self.area, self.child_id, self.school_id, since_on)

    @event(TaughtInFact)
    def _taught(self, area: str, child_id: UUID, school_id: UUID, since_on: date) -> None:
        self.open = False


class PhantomCheck(Audited):
    """空挂学籍排查 of a county, March and September."""

    TOPIC = "enrollment.PhantomCheck"

    class Closed(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.PhantomCheck.Closed"
        area: str
        period: str
        found: int
        closed_on: date

    @event(Closed)
    def __init__(self, id: UUID, area: str, period: str, found: int, closed_on: date) -> None:
        self.area, self.period, self.found = area, period, found
