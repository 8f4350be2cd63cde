"""Commands that place children: by zone, or one by one."""

from functools import partial

from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.bulk import DONE, Named, Tally, in_bulk
from baoxue_enrollment.application.known import check_place, known
from baoxue_enrollment.application.selections import Due, Zone, due_without_placement, zones
from baoxue_enrollment.commands import PlaceChild, PlaceChildren
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.placement import AlreadyPlacedError, Placement

STAGES = {"grade_1": ("primary", "nine_year"), "grade_7": ("junior", "nine_year")}


class NoZoneError(NotFoundError):
    """No school's zone takes children of that village for this entry."""


def zone_for(due: Due, drawn: list[Zone]) -> Zone | None:
    """The school the pupil is at if it goes on there; else the zone that names the village, else its township."""
    fits = [
        z for z in drawn if z.stage in STAGES.get(due.entry, ()) and any(due.area.startswith(v) for v in z.villages)
    ]
    at_home = [z for z in fits if z.school_id == due.school_id]
    exact = [z for z in fits if due.area in z.villages]
    return next(iter(at_home or exact or fits), None)


class Placements(Application):
    """入学安排."""

    @command
    async def place_child(self, command: PlaceChild) -> Recorded:
        """Also for those who return or moved in. AlreadyPlacedError."""
        child = await self.load(Child, command.child_id)
        placement_id = one_per("placement", command.child_id, command.entry, command.year)
        if await known(self, placement_id):
            raise AlreadyPlacedError(child_id=command.child_id)
        return await self.save(
            Placement(
                id=placement_id,
                area=child.area,
                child_id=command.child_id,
                school_id=command.school_id,
                entry=command.entry,
                year=command.year,
                by_zone=False,
            )
        )

    @command
    async def place_children(self, command: PlaceChildren) -> Recorded:
        check_place(command.area)
        drawn = await zones(self.store)
        due = await due_without_placement(self.store, command.year, command.area, self.clock.now())
        acts: list[Named] = [(f"{d.child_id}/{d.entry}", partial(self._place, d, zone_for(d, drawn))) for d in due]
        return await in_bulk(self, "place_children", acts, unchanged=(AlreadyPlacedError,))

    async def _place(self, due: Due, zone: Zone | None) -> Tally:
        if zone is None:
            raise NoZoneError(area=due.area)
        placement_id = one_per("placement", due.child_id, due.entry, due.year)
        if await known(self, placement_id):
            raise AlreadyPlacedError(child_id=due.child_id)
        await self.save(
            Placement(
                id=placement_id,
                area=due.area,
                child_id=due.child_id,
                school_id=zone.school_id,
                entry=due.entry,
                year=due.year,
                by_zone=True,
            )
        )
        return DONE
