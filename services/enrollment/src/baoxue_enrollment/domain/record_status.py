"""The state of a pupil's record, and the changes that compulsory schooling knows: no other exists."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError
from baoxue_shared.sealed import Sealed

Status = Literal["at_school", "suspended", "dropped_out", "left_other", "transferred_out", "abroad", "missing"]
Approver = Literal["township", "county-education"]


class NotAtSchoolError(RefusalError):
    """A change that only a pupil at school can undergo."""


class NothingToRestoreError(RefusalError):
    """A pupil at school was to be brought back to school."""


class TransferOpenError(RefusalError):
    """A second transfer was asked for before the first came to its end."""


class NoTransferError(RefusalError):
    """A transfer was to be ended that nobody asked for."""


class RecordStatus(Audited):
    """学籍状态 of one pupil, from its first change on; before, it is at school."""

    TOPIC = "enrollment.RecordStatus"

    class Opened(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.RecordStatus.Opened"
        area: str
        child_id: UUID
        school_id: UUID

    class Suspended(Audited.Event):
        """For health, on the guardian's application, with an approver and an end."""

        TOPIC = "enrollment.RecordStatus.Suspended"
        area: str
        child_id: UUID
        school_id: UUID
        approver: Approver
        approval: Sealed
        from_on: date
        until_on: date

    class LeftOther(Audited.Event):
        TOPIC = "enrollment.RecordStatus.LeftOther"
        area: str
        child_id: UUID
        school_id: UUID
        reason: Sealed
        left_on: date

    class DropoutMarked(Audited.Event):
        TOPIC = "enrollment.RecordStatus.DropoutMarked"
        area: str
        child_id: UUID
        school_id: UUID
        marked_on: date

    class WentAway(Audited.Event):
        """Abroad, or missing."""

        TOPIC = "enrollment.RecordStatus.WentAway"
        area: str
        child_id: UUID
        school_id: UUID
        status: Status
        proof: Sealed
        since_on: date

    class Restored(Audited.Event):
        """Suspension over, back from abroad, found, or back in class: at school again."""

        TOPIC = "enrollment.RecordStatus.Restored"
        area: str
        child_id: UUID
        school_id: UUID
        former: Status
        restored_on: date

    class TransferRequested(Audited.Event):
        """`to_school`: of this county; else `place`."""

        TOPIC = "enrollment.RecordStatus.TransferRequested"
        area: str
        child_id: UUID
        school_id: UUID
        to_school: UUID | None
        place: Sealed | None
        requested_on: date

    class TransferEnded(Audited.Event):
        """Completed, when the receiving school has the record; or withdrawn."""

        TOPIC = "enrollment.RecordStatus.TransferEnded"
        area: str
        child_id: UUID
        school_id: UUID
        to_school: UUID | None
        completed: bool
        ended_on: date

    @event(Opened)
    def __init__(self, id: UUID, area: str, child_id: UUID, school_id: UUID) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.status: Status = "at_school"
        self.transfer: tuple[UUID | None] | None = None  # to which school, while it is open

    def _refuse_unless_at_school(self) -> None:
        if self.status != "at_school":
            raise NotAtSchoolError(status=self.status, available=("restore_pupil",))

    def suspend(self, approver: Approver, approval: Sealed, from_on: date, until_on: date) -> None:
        """NotAtSchoolError."""
        self._refuse_unless_at_school()
        self._suspended(self.area, self.child_id, self.school_id, approver, approval, from_on, until_on)

    @event(Suspended)
    def _suspended(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        approver: Approver,
        approval: Sealed,
        from_on: date,
        until_on: date,
    ) -> None:
        self.status = "suspended"

    def leave(self, reason: Sealed, left_on: date) -> None:
        """NotAtSchoolError."""
        self._refuse_unless_at_school()
        self._left(self.area, self.child_id, self.school_id, reason, left_on)

    @event(LeftOther)
    def _left(self, area: str, child_id: UUID, school_id: UUID, reason: Sealed, left_on: date) -> None:
        self.status = "left_other"

    def mark_dropout(self, marked_on: date) -> None:
        """NotAtSchoolError."""
        self._refuse_unless_at_school()
        self._marked(self.area, self.child_id, self.school_id, marked_on)

    @event(DropoutMarked)
    def _marked(self, area: str, child_id: UUID, school_id: UUID, marked_on: date) -> None:
        self.status = "dropped_out"

    def go_away(self, status: Status, proof: Sealed, since_on: date) -> None:
        """NotAtSchoolError."""
        self._refuse_unless_at_school()
        self._went(self.area, self.child_id, self.school_id, status, proof, since_on)

    @event(WentAway)
    def _went(self, area: str, child_id: UUID, school_id: UUID, status: Status, proof: Sealed, since_on: date) -> None:
        self.status = status

    def restore(self, restored_on: date) -> None:
        """NothingToRestoreError."""
        if self.status == "at_school":
            raise NothingToRestoreError
        self._restored(self.area, self.child_id, self.school_id, self.status, restored_on)

    @event(Restored)
    def _restored(self, area: str, child_id: UUID, school_id: UUID, former: Status, restored_on: date) -> None:
        self.status = "at_school"

    def request_transfer(self, to_school: UUID | None, place: Sealed | None, requested_on: date) -> None:
        """NotAtSchoolError; TransferOpenError."""
        self._refuse_unless_at_school()
        if self.transfer is not None:
            raise TransferOpenError(available=("end_transfer",))
        self._requested(self.area, self.child_id, self.school_id, to_school, place, requested_on)

    @event(TransferRequested)
    def _requested(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        to_school: UUID | None,
        place: Sealed | None,
        requested_on: date,
    ) -> None:
        self.transfer = (to_school,)

    def end_transfer(self, ended_on: date, *, completed: bool) -> UUID | None:
        """The school of this county that has the pupil now, if one has. NoTransferError."""
        if self.transfer is None:
            raise NoTransferError
        (to_school,) = self.transfer
        self._transferred(self.area, self.child_id, self.school_id, to_school, completed, ended_on)
        return to_school if completed else None

    @event(TransferEnded)
    def _transferred(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        to_school: UUID | None,
        completed: bool,  # noqa: FBT001
        ended_on: date,
    ) -> None:
        self.transfer = None
        if completed and to_school is None:
            self.status = "transferred_out"
        elif completed and to_school is not None:
            self.school_id = to_school
