"""What no school may do to a child that enters: attempts are refused and on record, what is proven is recorded."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.duties.guarding import Forbidden
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import own_record
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.refused_admission import CLAUSE, Breach, ChildTurnedAwayError, RefusedAdmission, Source
from baoxue_enrollment.placement_commands import ReportEntryExam, ReportTurnedAway, TurnChildAway


class Admissions(Application):
    """拒收: nobody is turned away, nobody examined."""

    @command
    async def turn_child_away(self, child_id: UUID, command: TurnChildAway) -> Recorded:  # noqa: ARG002
        """DutyForbidsError, always; a catalogue that does not forbid it still knows no such step."""
        raise ChildTurnedAwayError(clause=CLAUSE, available=("redirect_placement",))

    async def note_attempt(self, forbidden: Forbidden, given: Mapping[str, object]) -> None:
        """A school wanted to turn a child away: on record, under a request id of its own."""
        child_id, command = given.get("child_id"), given.get("command")
        if not isinstance(child_id, UUID) or not isinstance(command, TurnChildAway):
            await super().note_attempt(forbidden, given)
            return
        school_id, day = UUID(current_acting.get().actor.organisation), today(self.clock)
        refused = await self._breach(child_id, school_id, "turned-away", "attempt", command.reason, day)
        with own_record("turned-away"):
            await self.save(refused)

    @command
    async def report_turned_away(self, child_id: UUID, command: ReportTurnedAway) -> Recorded:
        return await self._report(child_id, "turned-away", command)

    @command
    async def report_entry_exam(self, child_id: UUID, command: ReportEntryExam) -> Recorded:
        return await self._report(child_id, "entry-exam", command)

    async def _report(self, child_id: UUID, breach: Breach, command: ReportTurnedAway | ReportEntryExam) -> Recorded:
        facts = (command.source, command.proof, command.happened_on)
        return await self.save(await self._breach(child_id, command.school_id, breach, *facts))

    async def _breach(  # noqa: PLR0913, PLR0917 - the event's facts
        self, child_id: UUID, school_id: UUID, breach: Breach, source: Source, proof: str, day: date
    ) -> RefusedAdmission:
        child = await self.load(Child, child_id)
        sealed = seal_one(self, child_id, RefusedAdmission.TurnedAway, "proof", proof)
        return RefusedAdmission(child.area, child_id, school_id, breach, source, sealed, day)
