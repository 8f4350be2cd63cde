"""Commands of the pupil record: whom a school expects, who came, who did not, who came back."""

from datetime import date
from functools import partial
from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import DONE, UNCHANGED, Named, Tally, in_bulk, over
from baoxue_enrollment.application.falling_due import overdue
from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.selections import (
    Due,
    Pupil,
    entrants,
    pupils_not_expected,
    semester_of,
)
from baoxue_enrollment.commands import CheckInPupils, ExpectPupils, FindMissedCheckIns, TakeBackPupil
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.pupil_record import (
    AlreadyCheckedInError,
    AlreadyExpectedError,
    NotMissedYetError,
    PupilRecord,
)


class SemesterNotOpenError(NotFoundError):
    """Pupils were to be expected in a semester that nobody opened."""


def record_of(child_id: UUID) -> UUID:
    return one_per("pupil-record", child_id)


class Pupils(Application):
    """学籍 and 报到."""

    @command
    async def expect_pupils(self, command: ExpectPupils) -> Recorded:
        """Safe to run again, e.g. after late notices: only those not expected yet are looked at. SemesterNotOpenError.

        In autumn pupils move up; a primary leaver is expected at the school of its notice, and without one nowhere:
        it stands in the gap list.
        """
        report_on = await semester_of(self.store, command.semester)
        if report_on is None:
            raise SemesterNotOpenError(semester=command.semester)
        autumn = command.semester.endswith("autumn")
        year = int(command.semester[:4]) - (0 if autumn else 1)
        area = current_acting.get().actor.jurisdiction
        semester, due_on = command.semester, date.fromisoformat(report_on)
        acts: list[Named] = [
            (f"{p.child_id}", partial(self._expect, p, year, semester, due_on))
            for p in await pupils_not_expected(self.store, semester, year, area, report_on)
        ]
        acts += [
            (f"{due.child_id}", partial(self._admit, due, semester, max(due_on, date.fromisoformat(day))))
            for due, day in await entrants(self.store, year, area)
        ]
        return await in_bulk(self, "expect_pupils", acts, unchanged=(AlreadyExpectedError,))

    async def _expect(self, pupil: Pupil, year: int, semester: str, due_on: date) -> Tally:
        leaving = pupil.year < year and pupil.grade == LAST_PRIMARY_GRADE
        if leaving and pupil.placed_at is None:
            return UNCHANGED
        if pupil.report_on:
            due_on = max(due_on, date.fromisoformat(pupil.report_on))
        async with self.changing(PupilRecord, record_of(pupil.child_id)) as record:
            school_id = pupil.placed_at or record.school_id
            if record.year < year:
                record.promote(record.grade + year - record.year, year, school_id)
            elif school_id != record.school_id:
                record.transfer(school_id)
            if not record.completed:
                record.expect(semester, due_on)
            await self.save(record)
        return DONE

    async def _admit(self, due: Due, semester: str, due_on: date) -> Tally:
        record_id = record_of(due.child_id)
        if due.school_id is None or await known(self, record_id):
            return UNCHANGED
        record = PupilRecord(record_id, due.area, due.child_id, due.school_id, due.grade, due.year)
        record.expect(semester, due_on)
        await self.save(record)
        return DONE

    @command
    async def check_in_pupils(self, command: CheckInPupils) -> Recorded:
        """A school's list of those who came; reasons of refused ones by child id."""

        async def check_in(child_id: UUID) -> Tally:
            async with self.changing(PupilRecord, record_of(child_id)) as record:
                record.check_in(command.semester, command.checked_in_on)
                await self.save(record)
            return DONE

        acts = over(command.children, check_in)
        return await in_bulk(self, "check_in_pupils", acts, unchanged=(AlreadyCheckedInError,))

    @command
    async def find_missed_check_ins(self, command: FindMissedCheckIns) -> Recorded:
        """Also those found late: whoever was due before the day, in a semester that still runs."""

        async def miss(child_id: UUID, semester: str) -> Tally:
            async with self.changing(PupilRecord, record_of(child_id)) as record:
                record.miss_check_in(semester, command.day)
                await self.save(record)
            return DONE

        area = current_acting.get().actor.jurisdiction
        found = await overdue(self.store, command.day.isoformat(), area)
        acts: list[Named] = [(f"{child}/{semester}", partial(miss, child, semester)) for child, semester in found]
        kinds = (NotMissedYetError, AlreadyCheckedInError)
        return await in_bulk(self, "find_missed_check_ins", acts, unchanged=kinds)

    @command
    async def take_back_pupil(self, child_id: UUID, command: TakeBackPupil) -> Recorded:
        """The child is back in class. AlreadyCheckedInError if no check-in is missed."""
        async with self.changing(PupilRecord, record_of(child_id)) as record:
            record.come_back(command.returned_on)
            return await self.save(record)
