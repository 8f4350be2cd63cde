"""Commands that change a pupil's record, by the rules of compulsory schooling; attempts at others are on record."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.duties.guarding import Forbidden
from baoxue_shared.errors import InvalidInputError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import beside, known, own_record
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.record_status import RecordStatus
from baoxue_enrollment.domain.refused_leave import LEAVES, Leave, NoSuchChangeError, RefusedLeave
from baoxue_enrollment.status_commands import (
    ApproveDeferral,
    EndTransfer,
    ExpelPupil,
    MarkDropout,
    RecordAway,
    RecordOtherLeaving,
    RequestTransfer,
    RestorePupil,
    RetainPupil,
    SuspendPupil,
    WithdrawPupil,
)

LONGEST = timedelta(days=366)  # of a suspension or deferral; renewed with new evidence


class TooLongError(InvalidInputError):
    """A suspension or deferral ends before it begins, or after more than a year."""


class NoBasisError(InvalidInputError):
    """An exemption names no local basis, a deferral no end, or a transfer no school."""


def _check_span(from_on: date, until_on: date) -> None:
    if not from_on < until_on <= from_on + LONGEST:
        raise TooLongError(from_on=from_on, until_on=until_on)


class RegisterChanges(Application):
    """学籍状态."""

    @command
    async def expel_pupil(self, child_id: UUID, command: ExpelPupil = ExpelPupil()) -> Recorded:  # noqa: ARG002, B008
        """DutyForbidsError, always; a catalogue that does not forbid it still knows no such change."""
        raise NoSuchChangeError(id=child_id)

    @command
    async def withdraw_pupil(self, child_id: UUID, command: WithdrawPupil = WithdrawPupil()) -> Recorded:  # noqa: ARG002, B008
        """The same."""
        raise NoSuchChangeError(id=child_id)

    @command
    async def retain_pupil(self, child_id: UUID, command: RetainPupil = RetainPupil()) -> Recorded:  # noqa: ARG002, B008
        """The same."""
        raise NoSuchChangeError(id=child_id)

    async def note_attempt(self, forbidden: Forbidden, given: Mapping[str, object]) -> None:
        """What was wanted of a pupil and does not exist."""
        leave, child_id = LEAVES.get(forbidden.guard.command), given.get("child_id")
        if leave is None or not isinstance(child_id, UUID):
            await super().note_attempt(forbidden, given)
        else:
            await self._note(child_id, leave)

    async def _note(self, child_id: UUID, leave: Leave) -> None:
        """The attempt is recorded under a request id of its own, since the command itself is refused."""
        async with self.changing(PupilRecord, one_per("pupil-record", child_id)) as record:
            with own_record(leave):
                await self.save(RefusedLeave(record.area, child_id, record.school_id, leave, today(self.clock)))

    @asynccontextmanager
    async def _status(self, child_id: UUID) -> AsyncIterator[RecordStatus]:
        """As it is; opened with the first change. AggregateNotFoundError without a pupil record."""
        status_id = one_per("record-status", child_id)
        if await known(self, status_id):
            async with self.changing(RecordStatus, status_id) as status:
                yield status
            return
        async with self.changing(PupilRecord, one_per("pupil-record", child_id)) as record:
            yield RecordStatus(status_id, record.area, child_id, record.school_id)

    async def _change(self, child_id: UUID, change: Callable[[RecordStatus], None]) -> Recorded:
        async with self._status(child_id) as status:
            change(status)
            return await self.save(status, answer={"status": status.status})

    @command
    async def suspend_pupil(self, child_id: UUID, command: SuspendPupil) -> Recorded:
        """TooLongError; NotAtSchoolError. DutyForbidsError unless for health and on the guardian's application."""
        _check_span(command.from_on, command.until_on)
        approval = seal_one(self, child_id, RecordStatus.Suspended, "approval", command.approval)
        return await self._change(
            child_id, lambda status: status.suspend(command.approver, approval, command.from_on, command.until_on)
        )

    @command
    async def restore_pupil(self, child_id: UUID, command: RestorePupil) -> Recorded:
        """NothingToRestoreError."""
        return await self._change(child_id, lambda status: status.restore(command.restored_on))

    @command
    async def record_other_leaving(self, child_id: UUID, command: RecordOtherLeaving) -> Recorded:
        """NotAtSchoolError. DutyForbidsError without a concrete reason."""
        reason = seal_one(self, child_id, RecordStatus.LeftOther, "reason", command.reason)
        return await self._change(child_id, lambda status: status.leave(reason, command.left_on))

    @command
    async def mark_dropout(self, child_id: UUID, command: MarkDropout) -> Recorded:
        """NotAtSchoolError."""
        return await self._change(child_id, lambda status: status.mark_dropout(command.marked_on))

    @command
    async def record_away(self, child_id: UUID, command: RecordAway) -> Recorded:
        """NotAtSchoolError."""
        proof = seal_one(self, child_id, RecordStatus.WentAway, "proof", command.proof)
        return await self._change(child_id, lambda status: status.go_away(command.status, proof, command.since_on))

    @command
    async def request_transfer(self, child_id: UUID, command: RequestTransfer) -> Recorded:
        """NoBasisError; NotAtSchoolError; TransferOpenError. DutyForbidsError unless the guardian applied."""
        if (command.to_school is None) == (command.place is None):
            raise NoBasisError(problem="to_school / place")
        place = (
            seal_one(self, child_id, RecordStatus.TransferRequested, "place", command.place) if command.place else None
        )
        return await self._change(
            child_id, lambda status: status.request_transfer(command.to_school, place, command.requested_on)
        )

    @command
    async def end_transfer(self, child_id: UUID, command: EndTransfer) -> Recorded:
        """Completed: the record is at the receiving school. NoTransferError."""
        async with self._status(child_id) as status:
            to_school = status.end_transfer(command.ended_on, completed=command.completed)
            if to_school is None:
                return await self.save(status, answer={"status": status.status})
            with beside():
                async with self.changing(PupilRecord, one_per("pupil-record", child_id)) as record:
                    record.transfer(to_school)
                    return await self.save(status, record, answer={"status": status.status})

    @command
    async def approve_deferral(self, child_id: UUID, command: ApproveDeferral) -> Recorded:
        """For health, on the guardian's application. NoBasisError; TooLongError; NotHereError."""
        exempt = command.kind == "exemption"
        if not command.guardian_applied or (exempt and not command.local_basis):
            raise NoBasisError(problem="guardian_applied" if not command.guardian_applied else "local_basis")
        if not exempt:
            if command.until_on is None:
                raise NoBasisError(problem="until_on")
            _check_span(command.from_on, command.until_on)
        async with self.changing(Child, child_id) as child:
            evidence = f"{command.evidence}; {command.local_basis}" if exempt else command.evidence
            sealed = seal_one(self, child_id, Child.DeferralApproved, "evidence", evidence)
            child.defer(command.approver, sealed, command.from_on, None if exempt else command.until_on)
            return await self.save(child)
