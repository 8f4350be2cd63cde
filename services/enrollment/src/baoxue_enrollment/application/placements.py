"""Commands that place children: by zone, or one by one; deviations and redirects."""

from functools import partial
from uuid import UUID

from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import DONE, Named, Tally, in_bulk
from baoxue_enrollment.application.known import check_place, known
from baoxue_enrollment.application.plan_needs import capacities, distances_of
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.application.selections import due_in_year, due_without_placement, zones
from baoxue_enrollment.application.zoning import Proposal, Proposals
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.placement import AlreadyPlacedError, Placement
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.placement_commands import DeviatePlacement, PlaceChild, PlaceChildren, RedirectPlacement


class NoZoneError(NotFoundError):
    """No school's zone takes children of that village for this entry."""


def placement_of(child_id: UUID, entry: str, year: int) -> UUID:
    return one_per("placement", child_id, entry, year)


class Placements(Application):
    """入学安排."""

    @command
    async def place_child(self, command: PlaceChild) -> Recorded:
        """Also for those who return or moved in. AlreadyPlacedError; AggregateNotFoundError for an unknown school."""
        child = await self.load(Child, command.child_id)
        await self.load(SchoolZone, command.school_id)
        placement_id = placement_of(command.child_id, command.entry, command.year)
        if await known(self, placement_id):
            raise AlreadyPlacedError(child_id=command.child_id)
        facts = (command.child_id, command.school_id, command.entry, command.year)
        return await self.save(Placement(placement_id, child.area, *facts, by_zone=False))

    @command
    async def place_children(self, command: PlaceChildren) -> Recorded:
        """When a zone's school has no place left: the next nearest that has, as a deviation."""
        check_place(command.area)
        now, year = self.clock.now(), command.year
        due = await due_without_placement(self.store, year, command.area, now)
        proposals = Proposals(
            await zones(self.store, command.area[:6]),
            await distances_of(self.store),
            await capacities(self.store, year),
        )
        for placed in await due_in_year(self.store, year, command.area[:6], now):
            if placed.placed and placed.school_id:
                proposals.take(placed.school_id, placed.grade)
        acts: list[Named] = [(f"{p.due.child_id}/{p.due.entry}", partial(self._place, p)) for p in proposals.all(due)]
        return await in_bulk(self, "place_children", acts, unchanged=(AlreadyPlacedError,))

    async def _place(self, proposal: Proposal) -> Tally:
        due, zone, school_id = proposal
        if zone is None or school_id is None:
            raise NoZoneError(area=due.area)
        placement_id = placement_of(due.child_id, due.entry, due.year)
        if await known(self, placement_id):
            raise AlreadyPlacedError(child_id=due.child_id)
        facts = (due.child_id, zone.school_id, due.entry, due.year)
        placement = Placement(placement_id, due.area, *facts, by_zone=True)
        if school_id != zone.school_id:
            placement.deviate(school_id, "zone-full", None, today(self.clock))
        await self.save(placement)
        return DONE

    @command
    async def deviate_placement(self, command: DeviatePlacement) -> Recorded:
        """AggregateNotFoundError without a placement, or for an unknown school; SameSchoolError."""
        await self.load(SchoolZone, command.school_id)
        detail = seal_one(self, command.child_id, Placement.Deviated, "detail", command.detail)
        placement_id = placement_of(command.child_id, command.entry, command.year)
        async with self.changing(Placement, placement_id) as placement:
            placement.deviate(command.school_id, command.reason, detail, command.deviated_on)
            return await self.save(placement)

    @command
    async def redirect_placement(self, command: RedirectPlacement) -> Recorded:
        """As `deviate_placement`. A notice that was issued stays valid until it is reissued for the new school."""
        await self.load(SchoolZone, command.school_id)
        detail = seal_one(self, command.child_id, Placement.Redirected, "detail", command.detail)
        placement_id = placement_of(command.child_id, command.entry, command.year)
        async with self.changing(Placement, placement_id) as placement:
            placement.redirect(command.school_id, command.ground, detail, command.redirected_on)
            return await self.save(placement)
