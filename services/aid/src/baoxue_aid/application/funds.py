"""Commands of a fund."""

from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command

from baoxue_aid.commands import AppropriateFund, OpenFund
from baoxue_aid.domain.fund import Fund, fund_of


class Funds(Application):
    """资金."""

    @command
    async def open_fund(self, command: OpenFund) -> Recorded:
        """Of the acting county; one that is open gets the money on top."""
        county = county_of(current_acting.get().actor.jurisdiction)
        fund_id = fund_of(county, command.source, command.budget_year)
        try:
            async with self.changing(Fund, fund_id) as fund:
                return await self._appropriated(fund, command.amount)
        except AggregateNotFoundError:
            return await self._appropriated(Fund(fund_id, county, command.source, command.budget_year), command.amount)

    @command
    async def appropriate_fund(self, fund_id: UUID, command: AppropriateFund) -> Recorded:
        async with self.changing(Fund, fund_id) as fund:
            return await self._appropriated(fund, command.amount)

    async def _appropriated(self, fund: Fund, amount: int) -> Recorded:
        fund.appropriate(amount)
        return await self.save(fund, answer={"available": fund.available})
