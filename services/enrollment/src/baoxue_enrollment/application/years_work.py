"""Commands of the year's work: publicity of townships, follow-up of the plan, what schools have, identity searches."""

from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import known
from baoxue_enrollment.domain.enrollment_plan import EnrollmentPlan
from baoxue_enrollment.domain.identity import one_per, plan_of, year_of
from baoxue_enrollment.domain.publicity_month import PublicityMonth, PublicityPlanMadeError
from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.school_zone import Distance, GradePlaces, SchoolZone
from baoxue_enrollment.year_commands import (
    FollowUpPlan,
    MakeIdentitySearch,
    MakePublicityPlan,
    RecordTownshipPublicity,
    SetDistances,
    SetPlaces,
)


def month_of(township: str, year: int) -> UUID:
    return one_per("publicity-month", township, year)


class YearsWork(Application):
    """招生入学、复学、保学工作计划 and what leads to it."""

    @command
    async def make_publicity_plan(self, command: MakePublicityPlan) -> Recorded:
        """PublicityPlanMadeError; AggregateNotFoundError before the school year is open."""
        year_id = year_of(county_of(command.township), command.year)
        await self.load(SchoolYear, year_id)
        month_id = month_of(command.township, command.year)
        if await known(self, month_id):
            raise PublicityPlanMadeError(area=command.township, year=command.year)
        channels = tuple(dict.fromkeys(command.channels))
        month = PublicityMonth(month_id, command.township, year_id, command.year, channels, command.planned_on)
        return await self.save(month)

    @command
    async def record_township_publicity(self, command: RecordTownshipPublicity) -> Recorded:
        """AggregateNotFoundError without a plan; ChannelNotPlannedError; PublicityOnRecordError."""
        async with self.changing(PublicityMonth, month_of(command.township, command.year)) as month:
            month.record(command.channel, command.recorded_on)
            return await self.save(month)

    @command
    async def follow_up_plan(self, command: FollowUpPlan) -> Recorded:
        """AggregateNotFoundError before the plan is adopted."""
        plan_id = plan_of(county_of(current_acting.get().actor.jurisdiction), command.year)
        async with self.changing(EnrollmentPlan, plan_id) as plan:
            plan.follow_up(command.body, command.progress, command.followed_up_on)
            return await self.save(plan)

    @command
    async def set_places(self, school_id: UUID, command: SetPlaces) -> Recorded:
        places = tuple(GradePlaces(one.grade, one.places) for one in command.places)
        async with self.changing(SchoolZone, school_id) as zone:
            zone.set_places(command.year, places, command.beds, command.bus_seats, command.posts, command.set_on)
            return await self.save(zone)

    @command
    async def set_distances(self, school_id: UUID, command: SetDistances) -> Recorded:
        distances = tuple(Distance(one.village, one.metres) for one in command.distances)
        async with self.changing(SchoolZone, school_id) as zone:
            zone.set_distances(distances)
            return await self.save(zone)

    @command
    async def make_identity_search(self, command: MakeIdentitySearch) -> Recorded:
        """By public security, on its own initiative."""
        year_id = year_of(county_of(current_acting.get().actor.jurisdiction), command.year)
        async with self.changing(SchoolYear, year_id) as year:
            year.make_identity_search(command.not_enrolled, command.without_number, command.wrong_data, command.made_on)
            return await self.save(year)
