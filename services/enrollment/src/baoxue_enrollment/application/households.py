"""Commands of the April survey, household by household."""

from uuid import UUID

from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import DONE, Tally, in_bulk, over
from baoxue_enrollment.commands import ConfirmHouseholds, SurveyHouseholds
from baoxue_enrollment.domain.household_survey import HouseholdAlreadySurveyedError, HouseholdSurvey


class Households(Application):
    """入户排查."""

    @command
    async def survey_households(self, command: SurveyHouseholds) -> Recorded:
        async def survey(household_id: UUID) -> Tally:
            async with self.changing(HouseholdSurvey, household_id) as household:
                household.survey(command.year, command.surveyed_on)
                await self.save(household)
            return DONE

        acts = over(command.households, survey)
        return await in_bulk(self, "survey_households", acts, unchanged=(HouseholdAlreadySurveyedError,))

    @command
    async def confirm_households(self, command: ConfirmHouseholds) -> Recorded:
        async def confirm(household_id: UUID) -> Tally:
            async with self.changing(HouseholdSurvey, household_id) as household:
                household.confirm(command.year, command.attempts, command.confirmed_on)
                await self.save(household)
            return DONE

        acts = over(command.households, confirm)
        return await in_bulk(self, "confirm_households", acts, unchanged=(HouseholdAlreadySurveyedError,))
