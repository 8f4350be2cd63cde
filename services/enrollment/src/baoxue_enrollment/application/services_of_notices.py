"""Commands that bring notices to guardians and record what became of them."""

from datetime import date
from functools import partial
from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import DONE, UNCHANGED, Tally, in_bulk, over
from baoxue_enrollment.application.falling_due import announced_until
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.domain.enrollment_notice import EnrollmentNotice
from baoxue_enrollment.domain.notice_terms import AlreadyServedError
from baoxue_enrollment.domain.proof_of_service import ServiceMethod, check_proof, deemed_on
from baoxue_enrollment.notice_commands import (
    DeemNoticesServed,
    Proof,
    RecordNoticeRefusal,
    RecordUndeliverable,
    ServeNotice,
    ServeNotices,
)


class ServicesOfNotices(Application):
    """入学通知书 and 送达回证."""

    @command
    async def serve_notice(self, notice_id: UUID, command: ServeNotice) -> Recorded:
        """ProofMissingError; AlreadyServedError; RevokedNoticeError; OtherWaysFirstError."""
        check_proof(command.method, command.proof.given())
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            self._serve(notice, command.method, command.served_on, command.proof)
            until = deemed_on(command.served_on) if command.method == "public_notice" else command.served_on
            return await self.save(notice, answer={"served_on": until.isoformat()})

    @command
    async def serve_notices(self, command: ServeNotices) -> Recorded:
        """ProofMissingError: nothing is recorded then."""
        check_proof(command.method, command.proof.given())

        async def serve(notice_id: UUID) -> Tally:
            async with self.changing(EnrollmentNotice, notice_id) as notice:
                self._serve(notice, command.method, command.served_on, command.proof)
                await self.save(notice)
            return DONE

        return await in_bulk(self, "serve_notices", over(command.notices, serve), unchanged=(AlreadyServedError,))

    def _serve(self, notice: EnrollmentNotice, method: ServiceMethod, served_on: date, proof: Proof) -> None:
        """Sealed for the place of the event that will hold it."""
        event = EnrollmentNotice.Announced if method == "public_notice" else EnrollmentNotice.Served
        sealed = seal_one(self, notice.child_id, event, "proof", proof.plain()) if proof.given() else None
        notice.serve(method, served_on, sealed)

    @command
    async def record_notice_refusal(self, notice_id: UUID, command: RecordNoticeRefusal) -> Recorded:
        """Then it can be left there (`留置`). AlreadyServedError; RevokedNoticeError."""
        told = Proof(reason=command.reason, witnesses=command.witnesses)
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            account = seal_one(self, notice.child_id, EnrollmentNotice.Refused, "account", told.plain())
            notice.refuse(command.refused_on, account)
            return await self.save(notice)

    @command
    async def record_undeliverable(self, notice_id: UUID, command: RecordUndeliverable) -> Recorded:
        """One way has failed; after it public notice is open. AlreadyServedError; RevokedNoticeError."""
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            notice.fail(command.method, command.tried_on, command.cause)
            return await self.save(notice)

    @command
    async def deem_notices_served(self, command: DeemNoticesServed) -> Recorded:
        """By the calendar: thirty days of public notice are over."""
        area = current_acting.get().actor.jurisdiction
        found = await announced_until(self.store, command.day.isoformat(), area)
        return await in_bulk(self, "deem_notices_served", over(found, partial(self._deem, command.day)))

    async def _deem(self, day: date, notice_id: UUID) -> Tally:
        async with self.changing(EnrollmentNotice, notice_id) as notice:
            if not notice.deem_served(day):
                return UNCHANGED
            await self.save(notice)
        return DONE
