"""What aid does when another service says something."""

from contextlib import suppress

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.contracts.cases import CauseVerified
from baoxue_shared.contracts.enrollment import ChildErased
from baoxue_shared.privacy.sealer import ErasedChildError
from baoxue_shared.view import Heard, on

from baoxue_aid.application import Aid
from baoxue_aid.commands import OpenPlan
from baoxue_aid.domain.refusals import PlanIsOpenError

CALLS_FOR_A_PLAN = frozenset({"poverty", "disability", "left_behind", "learning_difficulty"})


class Reactions:
    """Each a sentence."""

    def __init__(self, aid: Aid) -> None:
        self._aid = aid

    @on(CauseVerified)
    async def open_plan_when_cause_calls_for_one(self, verified: CauseVerified, heard: Heard) -> None:
        """A child whose plan is open keeps that one."""
        if verified.cause not in CALLS_FOR_A_PLAN:
            return
        with suppress(PlanIsOpenError):
            await self._aid.open_plan(
                OpenPlan(
                    child_id=verified.child_id,
                    school_id=verified.school_id,
                    area=verified.area,
                    case_id=verified.case_id,
                    cause=verified.cause,
                    opened_on=heard.occurred_at.astimezone(SHANGHAI).date(),
                )
            )

    @on(ChildErased)
    async def erase_child_when_enrollment_erased_it(self, erased: ChildErased, _: Heard) -> None:
        with suppress(ErasedChildError):
            await self._aid.erase_child(erased.child_id, erased.area)
