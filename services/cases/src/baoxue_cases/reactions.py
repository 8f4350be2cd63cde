"""What cases does when another service says something."""

from contextlib import suppress
from datetime import timedelta

from baoxue_shared.area import county_of
from baoxue_shared.contracts.enrollment import CheckInMissed, ChildErased, DropoutSuspected, SemesterOpened, ZoneDrawn
from baoxue_shared.privacy.sealer import ErasedChildError
from baoxue_shared.view import Heard, on

from baoxue_cases.application import Cases
from baoxue_cases.commands import EnterSchool, EnterSemester, OpenCase
from baoxue_cases.domain.docket import ChildHasOpenCaseError


class Reactions:
    """Each a sentence: a case, and a roll call, opens by itself."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    @on(CheckInMissed)
    async def open_case_when_check_in_is_missed(self, missed: CheckInMissed, _: Heard) -> None:
        """A child that has an open case keeps that one."""
        with suppress(ChildHasOpenCaseError):
            await self._cases.open_case(
                OpenCase(
                    child_id=missed.child_id,
                    school_id=missed.school_id,
                    area=missed.area,
                    source="check_in_missed",
                    opened_on=missed.due_on + timedelta(days=1),
                )
            )

    @on(DropoutSuspected)
    async def open_case_when_dropout_is_suspected(self, suspected: DropoutSuspected, _: Heard) -> None:
        """Register check, reconciliation or attendance; a child that has an open case keeps that one."""
        opening = suspected.model_dump(include={"child_id", "school_id", "area", "source"})
        with suppress(ChildHasOpenCaseError):
            await self._cases.open_case(OpenCase.model_validate(opening | {"opened_on": suspected.suspected_on}))

    @on(ZoneDrawn)
    async def enter_school_when_its_zone_is_drawn(self, drawn: ZoneDrawn, _: Heard) -> None:
        county = county_of(drawn.township)
        await self._cases.enter_school(EnterSchool(county=county, school_id=drawn.school_id, township=drawn.township))

    @on(SemesterOpened)
    async def open_roll_calls_when_semester_opens(self, opened: SemesterOpened, _: Heard) -> None:
        await self._cases.enter_semester(
            EnterSemester(county=opened.area, semester=opened.semester, opens_on=opened.opens_on)
        )

    @on(ChildErased)
    async def erase_child_when_enrollment_erased_it(self, erased: ChildErased, _: Heard) -> None:
        with suppress(ErasedChildError):
            await self._cases.erase_child(erased.child_id, erased.area)
