"""Commands that check the register against who is there: rolls, teachers' lists, and each absence verified."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.errors import InvalidInputError, OutsideJurisdictionError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import Named, Tally, in_bulk
from baoxue_enrollment.application.chunks import Rows
from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.presence import areas_of, pupils_at, school_areas, schools_of, without_number
from baoxue_enrollment.application.pupil_register import ChildNotOnRegisterError, UnknownSchoolError
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.application.selections import School, schools
from baoxue_enrollment.checking_commands import ImportAttendanceRoll, ListRegisterAbsentees, VerifyRegisterAbsence
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.register_check import NotAMonthError, RegisterCheck, SameRollError
from baoxue_enrollment.register_commands import AttendanceRow

UNEXCUSED_DAYS = 10  # † of a month, from which on a pupil is suspected of having dropped out: our default


class NotAPupilHereError(InvalidInputError):
    """A school listed somebody as absent who is not on its register."""


class Attended(NamedTuple):
    child_id: UUID
    present: int
    unexcused: int


Roll = dict[UUID, list[Attended]]  # by school


class RegisterChecks(Application):
    """在籍不在校核实."""

    @command
    async def import_attendance_roll(self, command: ImportAttendanceRoll, rows: Rows[AttendanceRow]) -> Recorded:
        """Schools' rolls of a month; a school's later roll stands for its earlier one. NotAMonthError."""
        self._check_month(command.month)
        roll: Roll = defaultdict(list)
        acts = await self._sorted_out(rows, roll)
        acts += [
            (str(school_id), partial(self._take_roll, school_id, command.month, roll[school_id])) for school_id in roll
        ]
        return await in_bulk(self, "import_attendance_roll", acts)

    def _check_month(self, month: str) -> None:
        if month > today(self.clock).isoformat()[:7]:
            raise NotAMonthError(month=month)

    async def _sorted_out(self, rows: Rows[AttendanceRow], roll: Roll) -> list[Named]:
        """Good rows into the roll; an act for each other one, which tells why it comes back."""
        named = await schools(self.store)
        bad: list[Named] = []
        async for chunk in rows.chunks():
            children = await self.sealer.find_all({row.id_number for row in chunk if row.id_number})
            refuse = rows.refuser()
            for row in chunk:
                try:
                    school_id = self._school_of(row, named)
                    child_id = await self._child_of(row, school_id, children)
                except RefusalError as refusal:
                    refuse([row.row], rows.words(refusal))
                    bad.append((str(row.row), partial(_refuse, refusal)))
                    continue
                unexcused = row.days_due - row.days_present - row.days_excused
                roll[school_id].append(Attended(child_id, row.days_present, unexcused))
        return bad

    @staticmethod
    def _school_of(row: AttendanceRow, named: Mapping[str, School]) -> UUID:
        school = named.get(row.school)
        if school is None:
            raise UnknownSchoolError(school=row.school)
        if not reaches(current_acting.get().actor, school.area, school.school_id):
            raise OutsideJurisdictionError(area=school.area)
        return school.school_id

    async def _child_of(self, row: AttendanceRow, school_id: UUID, children: Mapping[str, UUID]) -> UUID:
        """By number; without one by name and birth date among the school's pupils that have none."""
        if row.id_number:
            child_id = children.get(row.id_number)
        else:
            child_id = await without_number(self.store, self.sealer, school_id, (row.name, str(row.born_on)))
        if child_id is None:
            raise ChildNotOnRegisterError
        return child_id

    async def _take_roll(self, school_id: UUID, month: str, attended: Sequence[Attended]) -> Tally:
        own = await pupils_at(self.store, school_id)
        there = {one.child_id for one in attended if one.present}
        registered = await schools_of(self.store, there - own)
        guests = {child: school for child, school in registered.items() if school != school_id}
        absent = tuple(sorted(own - there))
        long_away = sorted(one.child_id for one in attended if one.unexcused >= UNEXCUSED_DAYS and one.child_id in own)
        homes = await areas_of(self.store, long_away)
        async with self._check(school_id, month) as check:
            try:
                check.list_absentees("roll", absent, guests, len(own & there), today(self.clock))
            except SameRollError:
                return Tally(unchanged=len(attended))
            for child_id in long_away:
                check.suspect(child_id, homes.get(child_id, check.area), "attendance", today(self.clock))
            tally = Tally(len(attended))
            await self.save(check, answer=tally.answer())
        return tally

    @asynccontextmanager
    async def _check(self, school_id: UUID, month: str) -> AsyncIterator[RegisterCheck]:
        """As it is; opened with the first list. UnknownSchoolError."""
        check_id = one_per("register-check", school_id, month)
        if await known(self, check_id):
            async with self.changing(RegisterCheck, check_id) as check:
                yield check
            return
        area = (await school_areas(self.store)).get(school_id)
        if area is None:
            raise UnknownSchoolError(school=school_id)
        yield RegisterCheck(check_id, area, school_id, month)

    @command
    async def list_register_absentees(self, command: ListRegisterAbsentees) -> Recorded:
        """By the school itself. NotAMonthError; NotAPupilHereError; SameRollError."""
        self._check_month(command.month)
        school_id = UUID(current_acting.get().actor.organisation)
        own, absent = await pupils_at(self.store, school_id), frozenset(command.children)
        _refuse_strangers(absent, own)
        async with self._check(school_id, command.month) as check:
            present = len(own) - len(absent)
            check.list_absentees("absentees_only", tuple(sorted(absent)), {}, present, command.listed_on)
            return await self.save(check, answer={"absent": len(absent), "present": present})

    @command
    async def verify_register_absence(self, command: VerifyRegisterAbsence) -> Recorded:
        """One by one; out of school opens a case. NotListedAbsentError; VerifiedAlreadyError."""
        school_id = UUID(current_acting.get().actor.organisation)
        child = await self.load(Child, command.child_id)
        async with self._check(school_id, command.month) as check:
            verified = RegisterCheck.AbsenceVerified
            detail = seal_one(self, child.id, verified, "detail", command.detail) if command.detail else None
            check.verify(child.id, child.area, command.cause, detail, command.verified_on)
            return await self.save(check)


def _refuse_strangers(absent: Iterable[UUID], own: Collection[UUID]) -> None:
    strangers = [child_id for child_id in absent if child_id not in own]
    if strangers:
        raise NotAPupilHereError(count=len(strangers), first=strangers[0])


async def _refuse(refusal: RefusalError) -> Tally:
    raise refusal
