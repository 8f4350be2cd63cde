"""Commands that bring a pupil forward or back: skipping a grade, a place that lapsed and is due again."""

from uuid import UUID

from baoxue_shared.command import Recorded
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.children import year_of_work
from baoxue_enrollment.application.known import beside, known
from baoxue_enrollment.application.register_changes import NoBasisError, RegisterChanges
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.pupil_record import PupilRecord
from baoxue_enrollment.domain.record_status import NotAtSchoolError, NothingToRestoreError, RecordStatus
from baoxue_enrollment.status_commands import RestorePlace, SkipGrade


class Returns(RegisterChanges):
    """学籍: 跳级, 恢复入学资格."""

    @command
    async def skip_grade(self, child_id: UUID, command: SkipGrade) -> Recorded:
        """NoBasisError unless the guardian applied; NotAtSchoolError; SkipNotPossibleError."""
        if not command.guardian_applied:
            raise NoBasisError(problem="guardian_applied")
        status = await self._status_of(child_id)
        if status is not None and status.status != "at_school":
            raise NotAtSchoolError(status=status.status, available=("restore_pupil",))
        approval = seal_one(self, child_id, PupilRecord.GradeSkipped, "approval", command.approval)
        async with self.changing(PupilRecord, one_per("pupil-record", child_id)) as record:
            record.skip_grade(approval, command.skipped_on)
            return await self.save(record, answer={"grade": record.grade})

    @command
    async def restore_place(self, child_id: UUID, command: RestorePlace) -> Recorded:
        """Due as one who returns, placed by zone and age. NothingToRestoreError for a pupil at school; NotHereError."""
        status = await self._status_of(child_id)
        enrolled = await known(self, one_per("pupil-record", child_id))
        if enrolled and (status is None or status.status == "at_school"):
            raise NothingToRestoreError
        ground = seal_one(self, child_id, Child.PlaceRestored, "ground", command.ground)
        async with self.changing(Child, child_id) as child:
            child.restore_place(year_of_work(command.restored_on), ground, command.restored_on)
            if status is None:
                return await self.save(child)
            with beside():
                async with self.changing(RecordStatus, status.id) as changed:
                    changed.restore(command.restored_on)
                    return await self.save(child, changed)

    async def _status_of(self, child_id: UUID) -> RecordStatus | None:
        status_id = one_per("record-status", child_id)
        return await self.load(RecordStatus, status_id) if await known(self, status_id) else None
