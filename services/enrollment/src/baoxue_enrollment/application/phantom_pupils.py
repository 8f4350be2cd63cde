"""Commands against phantom pupils: found, taught in fact or corrected, and the search closed twice a year."""

from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.presence import school_areas
from baoxue_enrollment.application.pupil_register import UnknownSchoolError
from baoxue_enrollment.application.pupils import record_of
from baoxue_enrollment.checking_commands import (
    ClosePhantomCheck,
    CorrectPupilRecord,
    FindPhantomPupil,
    RecordTaughtInFact,
)
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.phantom_pupil import CheckClosedError, PhantomCheck, PhantomPupil
from baoxue_enrollment.domain.pupil_record import PupilRecord


class PhantomPupils(Application):
    """空挂学籍."""

    @command
    async def find_phantom_pupil(self, child_id: UUID, command: FindPhantomPupil) -> Recorded:
        """On the register of a school where nobody teaches it. FoundAlreadyError."""
        record = await self.load(PupilRecord, record_of(child_id))
        phantom_id = one_per("phantom-pupil", child_id)
        if not await known(self, phantom_id):
            return await self.save(PhantomPupil(phantom_id, record.area, child_id, record.school_id, command.found_on))
        async with self.changing(PhantomPupil, phantom_id) as phantom:
            phantom.find_again(record.school_id, command.found_on)
            return await self.save(phantom)

    @command
    async def record_taught_in_fact(self, child_id: UUID, command: RecordTaughtInFact) -> Recorded:
        """NoPhantomError."""
        async with self.changing(PhantomPupil, one_per("phantom-pupil", child_id)) as phantom:
            phantom.teach(command.since_on)
            return await self.save(phantom)

    @command
    async def correct_pupil_record(self, child_id: UUID, command: CorrectPupilRecord) -> Recorded:
        """To what is so in fact. CompletedError; NothingWrongError; UnknownSchoolError."""
        if command.school_id and command.school_id not in await school_areas(self.store):
            raise UnknownSchoolError(school=command.school_id)
        async with self.changing(PupilRecord, record_of(child_id)) as record:
            record.correct(command.school_id or record.school_id, command.grade or record.grade, command.corrected_on)
            return await self.save(record)

    @command
    async def close_phantom_check(self, command: ClosePhantomCheck) -> Recorded:
        """With how many the month's search has found, zero too. CheckClosedError."""
        area, period = current_acting.get().actor.jurisdiction, command.closed_on.isoformat()[:7]
        check_id = one_per("phantom-check", area, period)
        if await known(self, check_id):
            raise CheckClosedError(period=period)
        found = await self.store.fetch(
            "select count(*) as found from phantom_list where area like :area and found_on like :month",
            {"area": f"{area}%", "month": f"{period}%"},
        )
        number = int(found[0]["found"] or 0)
        check = PhantomCheck(check_id, area, period, number, command.closed_on)
        return await self.save(check, answer={"found": number})
