"""Commands of a dropout case."""

from collections.abc import Callable
from uuid import UUID

from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_cases.commands import (
    AssignResponsible,
    CloseCase,
    ConcludePersuasion,
    DeliverReport,
    OpenCase,
    RecordContact,
    RecordReturn,
    RecordVisit,
    ReleaseResponsible,
    VerifyCause,
)
from baoxue_cases.domain.docket import Docket, docket_of
from baoxue_cases.domain.dropout_case import DropoutCase


class DropoutCases(Application):
    """辍学个案: what is done for one child."""

    @command
    async def open_case(self, command: OpenCase) -> Recorded:
        """ChildHasOpenCaseError."""
        child = command.child_id
        try:
            async with self.changing(Docket, docket_of(child)) as docket:
                return await self._file(docket, command)
        except AggregateNotFoundError:
            return await self._file(Docket(id=docket_of(child), child_id=child, area=command.area), command)

    async def _file(self, docket: Docket, command: OpenCase) -> Recorded:
        case = DropoutCase(
            child_id=command.child_id,
            school_id=command.school_id,
            area=command.area,
            source=command.source,
            opened_on=command.opened_on,
        )
        docket.file(case.id, case.school_id)
        return await self.save(case, docket)

    async def _with_case(self, case_id: UUID, decide: Callable[[DropoutCase], None]) -> Recorded:
        async with self.changing(DropoutCase, case_id) as case:
            decide(case)
            return await self.save(case)

    @command
    async def assign_responsible(self, case_id: UUID, command: AssignResponsible) -> Recorded:
        return await self._with_case(case_id, lambda case: case.assign(command.person, command.since))

    @command
    async def release_responsible(self, case_id: UUID, command: ReleaseResponsible) -> Recorded:
        """NobodyResponsibleError."""
        return await self._with_case(case_id, lambda case: case.release(command.until))

    @command
    async def record_contact(self, case_id: UUID, command: RecordContact) -> Recorded:
        return await self._with_case(
            case_id, lambda case: case.contact(reached=command.reached, attempted_on=command.attempted_on)
        )

    @command
    async def record_visit(self, case_id: UUID, command: RecordVisit) -> Recorded:
        async with self.changing(DropoutCase, case_id) as case:
            sealed = self.seal(case.child_id, DropoutCase.HomeVisited.TOPIC, found=command.found)
            case.visit(command.visited_on, sealed["found"])
            return await self.save(case)

    @command
    async def verify_cause(self, case_id: UUID, command: VerifyCause) -> Recorded:
        return await self._with_case(case_id, lambda case: case.verify_cause(command.cause))

    @command
    async def conclude_persuasion(self, case_id: UUID, command: ConcludePersuasion) -> Recorded:
        return await self._with_case(
            case_id, lambda case: case.conclude_persuasion(command.outcome, command.concluded_on)
        )

    @command
    async def deliver_report(self, case_id: UUID, command: DeliverReport) -> Recorded:
        return await self._with_case(
            case_id, lambda case: case.deliver_report(command.report_number, command.to, command.delivered_on)
        )

    @command
    async def record_return(self, case_id: UUID, command: RecordReturn) -> Recorded:
        return await self._with_case(case_id, lambda case: case.record_return(command.returned_on))

    @command
    async def erase_child(self, child_id: UUID, area: str) -> Recorded:
        """Once enrollment recorded the erasure. ErasedChildError the second time."""
        return await record_erasure(self, child_id, area, "retention-ended")

    @command
    async def close_case(self, case_id: UUID, command: CloseCase) -> Recorded:
        async with self.changing(DropoutCase, case_id) as case:
            case.close(command.outcome, command.closed_on)
            async with self.changing(Docket, docket_of(case.child_id)) as docket:
                docket.settle(case.id)
                return await self.save(case, docket)
