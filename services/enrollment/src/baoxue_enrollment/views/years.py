"""The year's frame: years, semesters, townships' surveys, schools with their zones."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import json

from baoxue_shared.actor import Actor
from baoxue_shared.area import county_of
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import SqlValue, Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.school_year import SchoolYear
from baoxue_enrollment.domain.school_zone import SchoolZone
from baoxue_enrollment.domain.township_survey import TownshipSurvey

_STEP = "update year_list set {column} = :day where area = :area and year = :year"


class Years(View):
    name = "years"
    version = 2
    tables = (
        "create table if not exists year_list (year_id text primary key, area text not null, year integer not null,"
        " study_held_on text, summary_on text, children integer, plan_on text)",
        "create table if not exists publicity_list (area text not null, year integer not null, channel text not null,"
        " recorded_on text not null, primary key (area, year, channel, recorded_on))",
        "create table if not exists semester_list (semester text not null, area text not null, year_id text not null,"
        " opens_on text not null, report_on text not null, midpoint_on text not null, ends_on text not null,"
        " primary key (semester, area))",
        "create table if not exists survey_list (area text not null, year integer not null, opened_on text not null,"
        " closed_on text, households integer, left_over integer, primary key (area, year))",
        "create table if not exists zone_list (school_id text primary key, area text not null, name text not null,"
        " stage text not null, kind text not null, villages text not null, code text)",
    )

    @on(SchoolYear.Opened)
    def opened(self, e: SchoolYear.Opened, heard: Heard) -> Statement:
        insert = "insert into year_list (year_id, area, year) values (:id, :area, :year) on conflict do nothing"
        return sql(insert, id=heard.originator_id, area=e.area, year=e.year)

    @on(SchoolYear.StudyHeld)
    def study_held(self, e: SchoolYear.StudyHeld, _: Heard) -> Statement:
        return sql(_STEP.format(column="study_held_on"), day=e.held_on.isoformat(), area=e.area, year=e.year)

    @on(SchoolYear.PublicityRecorded)
    def publicity(self, e: SchoolYear.PublicityRecorded, _: Heard) -> Statement:
        insert = "insert into publicity_list values (:area, :year, :channel, :day) on conflict do nothing"
        return sql(insert, area=e.area, year=e.year, channel=e.channel, day=e.recorded_on.isoformat())

    @on(SchoolYear.SummarySubmitted)
    def summarised(self, e: SchoolYear.SummarySubmitted, _: Heard) -> Statement:
        step = _STEP.format(column="children = :children, summary_on")
        return sql(step, day=e.submitted_on.isoformat(), children=e.children, area=e.area, year=e.year)

    @on(SchoolYear.PlanAdopted)
    def planned(self, e: SchoolYear.PlanAdopted, _: Heard) -> Statement:
        return sql(_STEP.format(column="plan_on"), day=e.adopted_on.isoformat(), area=e.area, year=e.year)

    @on(SchoolYear.SemesterOpened)
    def semester_opened(self, e: SchoolYear.SemesterOpened, heard: Heard) -> Statement:
        s = e.semester
        return sql(
            "insert into semester_list values (:semester, :area, :id, :opens, :report, :midpoint, :ends)"
            " on conflict do nothing",
            semester=s.semester,
            area=e.area,
            id=heard.originator_id,
            opens=s.opens_on.isoformat(),
            report=s.report_on.isoformat(),
            midpoint=s.midpoint_on.isoformat(),
            ends=s.ends_on.isoformat(),
        )

    @on(TownshipSurvey.Opened)
    def survey_opened(self, e: TownshipSurvey.Opened, _: Heard) -> Statement:
        insert = "insert into survey_list (area, year, opened_on) values (:area, :year, :day) on conflict do nothing"
        return sql(insert, area=e.area, year=e.year, day=e.opened_on.isoformat())

    @on(TownshipSurvey.Closed)
    def survey_closed(self, e: TownshipSurvey.Closed, _: Heard) -> Statement:
        return sql(
            "update survey_list set closed_on = :day, households = :households, left_over = :left_over"
            " where area = :area and year = :year",
            day=e.closed_on.isoformat(),
            households=e.households,
            left_over=e.left_over,
            area=e.area,
            year=e.year,
        )

    @on(SchoolZone.Drawn, SchoolZone.Redrawn)
    def drawn(self, e: SchoolZone.Drawn | SchoolZone.Redrawn, heard: Heard) -> Statement:
        return sql(
            "insert into zone_list values (:id, :area, :name, :stage, :kind, :villages, :code)"
            " on conflict (school_id) do update set area = excluded.area, name = excluded.name,"
            " stage = excluded.stage, kind = excluded.kind, villages = excluded.villages, code = excluded.code",
            id=heard.originator_id,
            area=e.area,
            name=e.name,
            stage=e.stage,
            kind=e.kind,
            villages=json.dumps(e.villages),
            code=e.code,
        )


async def zones_of(store: Store, reader: Actor) -> list[Record]:
    """Schools in the reader's reach, `villages` as a list."""
    found = await ask(
        store,
        reader,
        "select school_id, area, name, stage, kind, villages, code from zone_list where {scope} order by name",
    )
    return [{**row, "villages": json.loads(str(row["villages"]))} for row in found]


async def semesters_of(store: Store, reader: Actor) -> list[Record]:
    """The dates of the reader's county, for everybody in it."""
    return await store.fetch(f"select * from semester_list where {_COUNTY} order by opens_on", _county(reader))


async def surveys_of(store: Store, reader: Actor, year: int) -> list[Record]:
    return await ask(store, reader, "select * from survey_list where year = :year and {scope} order by area", year=year)


async def years_of(store: Store, reader: Actor) -> list[Record]:
    """Of the reader's county, for everybody in it; of all its counties for a city."""
    return await store.fetch(f"select * from year_list where {_COUNTY} order by year", _county(reader))


_COUNTY = "(area = :county or area like :within)"


def _county(reader: Actor) -> dict[str, SqlValue]:
    return {"county": county_of(reader.jurisdiction), "within": f"{reader.jurisdiction}%"}
