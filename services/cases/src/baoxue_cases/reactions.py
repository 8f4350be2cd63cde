"""What cases does when another service says something."""

from contextlib import suppress
from datetime import timedelta

from baoxue_shared.contracts.enrollment import CheckInMissed
from baoxue_shared.view import Heard, on

from baoxue_cases.application import Cases
from baoxue_cases.commands import OpenCase
from baoxue_cases.domain.docket import ChildHasOpenCaseError


class Reactions:
    """A case opens by itself."""

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
