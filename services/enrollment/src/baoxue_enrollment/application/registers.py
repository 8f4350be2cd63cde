"""Commands that take the offices' registers in, and the erasure of a child's personal data."""

from uuid import UUID

from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_enrollment.application.chunks import InChunks, Rows
from baoxue_enrollment.application.household_register import HouseholdsIn
from baoxue_enrollment.application.pupil_register import PupilsIn
from baoxue_enrollment.application.selections import schools
from baoxue_enrollment.application.survey_sheet import SurveysIn
from baoxue_enrollment.commands import EraseChild
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.register_commands import (
    HouseholdRow,
    ImportHouseholdRegister,
    ImportPupilRegister,
    ImportSurveySheet,
    PupilRow,
    SurveyRow,
)


class Registers(Application):
    """户籍 and 学籍: what the offices' files say."""

    @command
    async def import_household_register(
        self,
        command: ImportHouseholdRegister,  # noqa: ARG002 - names the file for the request's digest
        rows: Rows[HouseholdRow],
    ) -> Recorded:
        """Every new child and household is recorded once, whoever imports it how often and from which file."""
        return await InChunks(self, rows, HouseholdsIn(self)).run()

    @command
    async def import_pupil_register(self, command: ImportPupilRegister, rows: Rows[PupilRow]) -> Recorded:
        """A record is opened for every child that has none; where another school has it, the row is warned of."""
        return await InChunks(self, rows, PupilsIn(self, await schools(self.store), command.year)).run()

    @command
    async def import_survey_sheet(self, command: ImportSurveySheet, rows: Rows[SurveyRow]) -> Recorded:
        """Households by their register number, surveyed or confirmed by the village committee."""
        return await InChunks(self, rows, SurveysIn(self, command.year)).run()

    @command
    async def erase_child(self, child_id: UUID, command: EraseChild) -> Recorded:
        """The keys are destroyed; history keeps its proofs and reads "erased". ErasedChildError the second time."""
        child = await self.load(Child, child_id)
        return await record_erasure(self, child_id, child.area, command.ground)
