"""Commands of the roll call; cases open for the children it lists."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date, timedelta
from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command

from baoxue_cases.commands import (
    CloseRollCall,
    EnterSchool,
    EnterSemester,
    ListAbsentees,
    OpenCase,
    VerifyAbsence,
)
from baoxue_cases.domain.docket import Docket, docket_of
from baoxue_cases.domain.dropout_case import DropoutCase
from baoxue_cases.domain.roll_call import RollCall, roll_call_of
from baoxue_cases.domain.school_book import SchoolBook, school_book_of

DAYS = timedelta(days=15)  # calendar days, the opening day not counted: notice 1.3; the count is our default


class RollCalls(Application):
    """开学报到清查."""

    @command
    async def enter_school(self, command: EnterSchool) -> Recorded:
        """A school of the county; its roll calls of the semesters that are open already."""
        async with AsyncExitStack() as held:
            book = await self._book(held, command.county)
            book.enter_school(command.school_id, command.township)
            pairs = [(command.school_id, command.township, *semester) for semester in book.semesters.items()]
            return await self.save(book, *await self._new(held, pairs))

    @command
    async def enter_semester(self, command: EnterSemester) -> Recorded:
        """A semester of the county; a roll call for every school."""
        async with AsyncExitStack() as held:
            book = await self._book(held, command.county)
            book.enter_semester(command.semester, command.opens_on)
            pairs = [(*school, command.semester, command.opens_on) for school in book.schools.items()]
            return await self.save(book, *await self._new(held, pairs))

    async def _book(self, held: AsyncExitStack, county: str) -> SchoolBook:
        try:
            return await held.enter_async_context(self.changing(SchoolBook, school_book_of(county)))
        except AggregateNotFoundError:
            return SchoolBook(id=school_book_of(county), area=county)

    async def _new(self, held: AsyncExitStack, pairs: list[tuple[UUID, str, str, date]]) -> list[RollCall]:
        """Roll calls of those that have none."""
        new: list[RollCall] = []
        for school_id, township, semester, opens_on in pairs:
            roll_call_id = roll_call_of(school_id, semester)
            try:
                await held.enter_async_context(self.changing(RollCall, roll_call_id))
            except AggregateNotFoundError:
                new.append(RollCall(roll_call_id, township, school_id, semester, opens_on, opens_on + DAYS))
        return new

    async def _with_roll_call(self, roll_call_id: UUID, decide: Callable[[RollCall], None]) -> Recorded:
        async with self.changing(RollCall, roll_call_id) as roll_call:
            decide(roll_call)
            return await self.save(roll_call)

    @command
    async def list_absentees(self, roll_call_id: UUID, command: ListAbsentees) -> Recorded:
        """An empty list too; a case opens for each child on it that has none. ClosedRollCallError."""
        async with AsyncExitStack() as held:
            roll_call = await held.enter_async_context(self.changing(RollCall, roll_call_id))
            roll_call.list_pupils(tuple(one.child_id for one in command.children), command.listed_on)
            opened: list[Audited] = []
            for one in sorted(command.children, key=lambda one: one.child_id):  # one order: no two wait for each other
                opening = OpenCase(
                    child_id=one.child_id,
                    school_id=roll_call.school_id,
                    area=one.area,
                    source="roll_call",
                    opened_on=command.listed_on,
                )
                opened += await self._case_for(held, opening)
            return await self.save(roll_call, *opened, answer={"cases_opened": len(opened) // 2})

    async def _case_for(self, held: AsyncExitStack, opening: OpenCase) -> list[Audited]:
        try:
            docket = await held.enter_async_context(self.changing(Docket, docket_of(opening.child_id)))
        except AggregateNotFoundError:
            docket = Docket(id=docket_of(opening.child_id), child_id=opening.child_id, area=opening.area)
        if docket.open_case is not None:
            return []
        facts = opening.model_dump(exclude={"occurred_at"})
        case = DropoutCase(**facts)
        docket.file(case.id, case.school_id)
        return [case, docket]

    @command
    async def verify_absence(self, roll_call_id: UUID, command: VerifyAbsence) -> Recorded:
        """ClosedRollCallError; NotListedError."""
        return await self._with_roll_call(
            roll_call_id, lambda roll: roll.verify_cause(command.child_id, command.cause, command.verified_on)
        )

    @command
    async def close_roll_call(self, roll_call_id: UUID, command: CloseRollCall) -> Recorded:
        """ClosedRollCallError; NothingListedError; UnverifiedCausesError."""
        return await self._with_roll_call(roll_call_id, lambda roll: roll.close(command.closed_on))
