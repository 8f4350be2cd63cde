"""A village's survey sheet: its rows as households surveyed, or confirmed by the village committee."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.access.reach import check_reach
from baoxue_shared.actor import current_acting
from baoxue_shared.errors import NotFoundError, RefusalError
from baoxue_shared.history.application import Application

from baoxue_enrollment.application.bulk import DONE
from baoxue_enrollment.application.chunks import Decided
from baoxue_enrollment.application.known import loaded
from baoxue_enrollment.domain.household_survey import HouseholdAlreadySurveyedError, HouseholdSurvey
from baoxue_enrollment.register_commands import SurveyRow, household_key


class HouseholdNotOnRegisterError(NotFoundError):
    """A survey sheet names a household that no register holds."""


class Visited(NamedTuple):
    """Households by their register key, and as recorded now."""

    ids: dict[str, UUID]
    households: dict[UUID, HouseholdSurvey]


class SurveysIn:
    """入户排查."""

    operation = "import_survey_sheet"
    unchanged: tuple[type[RefusalError], ...] = (HouseholdAlreadySurveyedError,)

    def __init__(self, application: Application, year: int) -> None:
        self._application, self._year = application, year

    @staticmethod
    def acts(chunk: list[SurveyRow]) -> list[list[SurveyRow]]:
        return [[row] for row in chunk]

    async def look_ahead(self, chunk: list[SurveyRow], under_way: Collection[UUID]) -> Visited:  # noqa: ARG002
        """A household that is being written is met as a conflict of versions: it is decided anew."""
        ids = await self._application.sealer.find_all({household_key(row) for row in chunk})
        return Visited(ids, await loaded(self._application, HouseholdSurvey, [*ids.values()]))

    def decide(self, members: list[SurveyRow], ahead: Visited) -> Decided:
        """HouseholdNotOnRegisterError; OutsideJurisdictionError; HouseholdAlreadySurveyedError."""
        (row,) = members
        household_id = ahead.ids.get(household_key(row))
        household = ahead.households.get(household_id) if household_id else None
        if household is None:
            raise HouseholdNotOnRegisterError(number=row.household_number)
        check_reach(current_acting.get().actor, household)
        if row.confirmed:
            household.confirm(self._year, row.attempts, row.done_on)
        else:
            household.survey(self._year, row.done_on)
        return Decided((household,), DONE)
