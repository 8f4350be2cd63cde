"""The year's work of townships, government and police; committees, classes, emergencies."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.emergency import Emergency
from baoxue_enrollment.domain.enrollment_plan import EnrollmentPlan
from baoxue_enrollment.domain.publicity_month import PublicityMonth
from baoxue_enrollment.domain.school_class import SchoolClass
from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.village_committee import VillageCommittee

NOTHING = " on conflict do nothing"


class YearsWork(View):
    name = "years_work"
    tables = (
        "create table if not exists publicity_plan_list (area text not null, year integer not null,"
        " planned_on text not null, primary key (area, year))",
        "create table if not exists township_publicity (area text not null, year integer not null,"
        " channel text not null, recorded_on text, primary key (area, year, channel))",
        "create table if not exists follow_up_list (position integer primary key, area text not null,"
        " year integer not null, body text not null, progress text not null, followed_up_on text not null)",
        "create table if not exists identity_search_list (position integer primary key, area text not null,"
        " year integer not null, not_enrolled integer not null, without_number integer not null,"
        " wrong_data integer not null, made_on text not null)",
        "create table if not exists class_list (class_id text primary key, area text not null,"
        " school_id text not null, grade integer not null, year integer not null, number integer not null,"
        " formed_on text not null, dissolved_on text)",
        "create table if not exists committee_list (committee_id text primary key, area text not null,"
        " name text not null, recorded_on text not null, dissolved_on text)",
        "create table if not exists emergency_list (emergency_id text primary key, area text not null,"
        " kind text not null, declared_on text not null, ended_on text)",
    )

    @on(PublicityMonth.Planned)
    def planned(self, e: PublicityMonth.Planned, _: Heard) -> list[Statement]:
        plan = "insert into publicity_plan_list values (:area, :year, :day)" + NOTHING
        channel = "insert into township_publicity values (:area, :year, :channel, null)" + NOTHING
        own = sql(plan, area=e.area, year=e.year, day=e.planned_on.isoformat())
        return [own, *(sql(channel, area=e.area, year=e.year, channel=name) for name in e.channels)]

    @on(PublicityMonth.Recorded)
    def publicised(self, e: PublicityMonth.Recorded, _: Heard) -> Statement:
        """The first day counts."""
        return sql(
            "update township_publicity set recorded_on = :day where area = :area and year = :year"
            " and channel = :channel and (recorded_on is null or recorded_on > :day)",
            day=e.recorded_on.isoformat(),
            area=e.area,
            year=e.year,
            channel=e.channel,
        )

    @on(EnrollmentPlan.FollowedUp)
    def followed_up(self, e: EnrollmentPlan.FollowedUp, heard: Heard) -> Statement:
        return sql(
            "insert into follow_up_list values (:position, :area, :year, :body, :progress, :day)" + NOTHING,
            position=heard.position,
            area=e.area,
            year=e.year,
            body=e.body,
            progress=e.progress,
            day=e.followed_up_on.isoformat(),
        )

    @on(SchoolYear.IdentitySearchMade)
    def searched(self, e: SchoolYear.IdentitySearchMade, heard: Heard) -> Statement:
        return sql(
            "insert into identity_search_list values (:position, :area, :year, :out, :without, :wrong, :day)" + NOTHING,
            position=heard.position,
            area=e.area,
            year=e.year,
            out=e.not_enrolled,
            without=e.without_number,
            wrong=e.wrong_data,
            day=e.made_on.isoformat(),
        )

    @on(SchoolClass.Formed)
    def formed(self, e: SchoolClass.Formed, heard: Heard) -> Statement:
        return sql(
            "insert into class_list (class_id, area, school_id, grade, year, number, formed_on)"
            " values (:id, :area, :school, :grade, :year, :number, :day)" + NOTHING,
            id=heard.originator_id,
            area=e.area,
            school=str(e.school_id),
            grade=e.grade,
            year=e.year,
            number=e.number,
            day=e.formed_on.isoformat(),
        )

    @on(SchoolClass.MovedUp)
    def moved_up(self, e: SchoolClass.MovedUp, heard: Heard) -> Statement:
        change = "update class_list set grade = :grade, year = :year where class_id = :id"
        return sql(change, grade=e.grade, year=e.year, id=heard.originator_id)

    @on(SchoolClass.Dissolved)
    def dissolved(self, e: SchoolClass.Dissolved, heard: Heard) -> Statement:
        change = "update class_list set dissolved_on = :day where class_id = :id"
        return sql(change, day=e.dissolved_on.isoformat(), id=heard.originator_id)

    @on(VillageCommittee.Recorded)
    def committee(self, e: VillageCommittee.Recorded, heard: Heard) -> Statement:
        return sql(
            "insert into committee_list values (:id, :area, :name, :day, null)" + NOTHING,
            id=heard.originator_id,
            area=e.area,
            name=e.name,
            day=e.recorded_on.isoformat(),
        )

    @on(VillageCommittee.Dissolved)
    def committee_dissolved(self, e: VillageCommittee.Dissolved, heard: Heard) -> Statement:
        change = "update committee_list set dissolved_on = :day where committee_id = :id"
        return sql(change, day=e.dissolved_on.isoformat(), id=heard.originator_id)

    @on(Emergency.Declared)
    def declared(self, e: Emergency.Declared, heard: Heard) -> Statement:
        return sql(
            "insert into emergency_list values (:id, :area, :kind, :day, null)" + NOTHING,
            id=heard.originator_id,
            area=e.area,
            kind=e.kind,
            day=e.declared_on.isoformat(),
        )

    @on(Emergency.Ended)
    def ended(self, e: Emergency.Ended, heard: Heard) -> Statement:
        change = "update emergency_list set ended_on = :day where emergency_id = :id"
        return sql(change, day=e.ended_on.isoformat(), id=heard.originator_id)


async def classes_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """Of the reader's school or area, dissolved ones too."""
    return await ask(
        store,
        reader,
        "select class_id, area, school_id, grade, year, number, formed_on, dissolved_on from class_list"
        " where {scope} and class_id > :after order by class_id limit :limit",
        after=after,
        limit=limit,
    )


async def committees_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    return await ask(
        store,
        reader,
        "select * from committee_list where {scope} and committee_id > :after order by committee_id limit :limit",
        after=after,
        limit=limit,
    )


async def follow_ups_of(store: Store, reader: Actor, year: int, after: int, limit: int) -> list[Record]:
    return await ask(
        store,
        reader,
        "select * from follow_up_list where {scope} and year = :year and position > :after"
        " order by position limit :limit",
        year=year,
        after=after,
        limit=limit,
    )
