"""A missed duty becomes a finding by itself."""

from collections import deque
from datetime import date
from uuid import UUID

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.area import county_of
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Missed
from baoxue_shared.duties.findings import finding_against
from baoxue_shared.service import World

from baoxue_oversight.application import Oversight
from baoxue_oversight.commands import RaiseFinding
from baoxue_oversight.domain.finding import finding_of
from baoxue_oversight.hearing import Hearing


class Deadlines:
    """Called once per calendar day, in order; the engine tells every fallen deadline once per process.

    After a restart it tells all of them again: those on record are left alone. What could not be raised waits.
    """

    def __init__(self, oversight: Oversight, world: World) -> None:
        self._oversight, self._world = oversight, world
        self._hearing = Hearing(world)
        self._waiting: deque[Missed] = deque()
        self._duties = {duty.id: duty for duty in oversight.ledger.engine.catalogue}

    async def pass_day(self, day: date) -> None:
        """Deadlines that fell before the day began. UnheardPublisherError."""
        await self._hearing.until(shanghai(day))
        ledger = self._oversight.ledger
        await self._world.reached(await self._world.store.last_position())
        await ledger.catch_up()
        self._waiting += ledger.engine.newly_missed(shanghai(day))
        while self._waiting:
            await self._raise(self._waiting[0], day)
            self._waiting.popleft()

    async def _raise(self, missed: Missed, day: date) -> None:
        """By the policy of findings, which is data."""
        state = missed.state
        against = finding_against(self._duties[state.duty_id], state)
        if against is None:
            return
        if await self._world.store.rows_of(finding_of(state.duty_id, state.key, missed.due_on)):
            return
        school = against.body if len(against.body) == len(str(UUID(int=0))) else None
        finding = RaiseFinding(
            area=state.area,
            duty_id=state.duty_id,
            duty_clause=state.clause,
            bearer=against.body,
            concerns=state.key,
            due_on=missed.due_on,
            rests_on=state.rests_on,
            missing=state.missing,
            raised_on=day,
            school_id=UUID(school) if school else None,
            persons=against.persons,
        )
        actor = system_actor("deadline-clock", county_of(state.area))
        request_id = f"finding/{state.duty_id}/{state.key}/{missed.due_on}"
        with acting_as(actor, clock=self._world.clock, request_id=request_id):
            await self._oversight.raise_finding(finding)
