"""Commands on what the county has: villages' committees, schools' classes, emergencies."""

from functools import partial
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.history.store import Store

from baoxue_enrollment.application.bulk import DONE, Named, Tally, in_bulk
from baoxue_enrollment.application.known import check_place, known
from baoxue_enrollment.domain.emergency import Emergency
from baoxue_enrollment.domain.entry_age import COMPULSORY_YEARS, LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.school_class import ClassDissolvedError, ClassFormedError, ClassMovedUpError, SchoolClass
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.domain.village_committee import CommitteeOnRecordError, VillageCommittee
from baoxue_enrollment.year_commands import (
    DeclareEmergency,
    DissolveClass,
    DissolveVillageCommittee,
    EndEmergency,
    FormClass,
    MoveClassesUp,
    RecordVillageCommittee,
)

LAST = frozenset({LAST_PRIMARY_GRADE, COMPULSORY_YEARS})  # after these a class is no more


class SchoolClassAt(NamedTuple):
    class_id: UUID
    grade: int
    year: int


async def classes_below(store: Store, year: int, area: str) -> list[SchoolClassAt]:
    """Classes that stand in an earlier school year still."""
    found = await store.fetch(
        "select class_id, grade, year from class_list where year < :year and dissolved_on is null"
        " and area like :area order by class_id",
        {"year": year, "area": f"{area}%"},
    )
    return [SchoolClassAt(UUID(str(r["class_id"])), int(str(r["grade"])), int(str(r["year"]))) for r in found]


class CountyBodies(Application):
    """村(居)委会, 班级, 突发事件."""

    @command
    async def record_village_committee(self, command: RecordVillageCommittee) -> Recorded:
        """CommitteeOnRecordError."""
        check_place(command.village)
        committee_id = one_per("village-committee", command.village)
        if await known(self, committee_id):
            raise CommitteeOnRecordError(area=command.village)
        return await self.save(VillageCommittee(committee_id, command.village, command.name, command.recorded_on))

    @command
    async def dissolve_village_committee(self, committee_id: UUID, command: DissolveVillageCommittee) -> Recorded:
        """CommitteeDissolvedError."""
        async with self.changing(VillageCommittee, committee_id) as committee:
            committee.dissolve(command.dissolved_on)
            return await self.save(committee)

    @command
    async def declare_emergency(self, command: DeclareEmergency) -> Recorded:
        county = county_of(current_acting.get().actor.jurisdiction)
        return await self.save(Emergency(county, command.kind, command.declared_on))

    @command
    async def end_emergency(self, emergency_id: UUID, command: EndEmergency) -> Recorded:
        """EmergencyEndedError."""
        async with self.changing(Emergency, emergency_id) as emergency:
            emergency.end(command.ended_on)
            return await self.save(emergency)

    @command
    async def form_class(self, command: FormClass) -> Recorded:
        """One per school, year in which it began, grade and number. ClassFormedError."""
        zone = await self.load(SchoolZone, command.school_id)
        class_id = one_per("school-class", command.school_id, command.year, command.grade, command.number)
        if await known(self, class_id):
            raise ClassFormedError(number=command.number)
        facts = (command.school_id, command.grade, command.year, command.number, command.formed_on)
        return await self.save(SchoolClass(class_id, zone.area, *facts))

    @command
    async def dissolve_class(self, class_id: UUID, command: DissolveClass) -> Recorded:
        """ClassDissolvedError."""
        async with self.changing(SchoolClass, class_id) as found:
            found.dissolve(command.dissolved_on)
            return await self.save(found)

    @command
    async def move_classes_up(self, command: MoveClassesUp) -> Recorded:
        """Safe to run again. A class of grade 6 or 9 is dissolved: its pupils go on by placement and notice."""

        async def move(at: SchoolClassAt) -> Tally:
            async with self.changing(SchoolClass, at.class_id) as found:
                if any(grade in LAST for grade in range(at.grade, at.grade + command.year - at.year)):
                    found.dissolve(command.moved_on)
                else:
                    found.move_up(command.year)
                await self.save(found)
            return DONE

        below = await classes_below(self.store, command.year, current_acting.get().actor.jurisdiction)
        acts: list[Named] = [(str(at.class_id), partial(move, at)) for at in below]
        return await in_bulk(self, "move_classes_up", acts, unchanged=(ClassDissolvedError, ClassMovedUpError))
