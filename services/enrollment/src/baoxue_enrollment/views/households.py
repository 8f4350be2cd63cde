"""Households and their surveys, by random id only."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.household_survey import HouseholdSurvey


class HouseholdList(View):
    name = "households"
    tables = (
        "create table if not exists household_list (household_id text primary key, area text not null,"
        " recorded_at text not null)",
        "create table if not exists household_surveys (household_id text not null, year integer not null,"
        " how text not null, done_on text not null, recorded_at text not null, primary key (household_id, year))",
    )

    @on(HouseholdSurvey.Recorded)
    def recorded(self, e: HouseholdSurvey.Recorded, heard: Heard) -> Statement:
        insert = "insert into household_list values (:id, :area, :at) on conflict do nothing"
        return sql(insert, id=heard.originator_id, area=e.area, at=heard.recorded_at.isoformat())

    @on(HouseholdSurvey.Surveyed)
    def surveyed(self, e: HouseholdSurvey.Surveyed, heard: Heard) -> Statement:
        return _done(heard, e.year, "surveyed", e.surveyed_on.isoformat())

    @on(HouseholdSurvey.ConfirmedByVillage)
    def confirmed(self, e: HouseholdSurvey.ConfirmedByVillage, heard: Heard) -> Statement:
        return _done(heard, e.year, "confirmed", e.confirmed_on.isoformat())


def _done(heard: Heard, year: int, how: str, day: str) -> Statement:
    return sql(
        "insert into household_surveys values (:id, :year, :how, :day, :at) on conflict do nothing",
        id=heard.originator_id,
        year=year,
        how=how,
        day=day,
        at=heard.recorded_at.isoformat(),
    )


async def households_of(store: Store, reader: Actor, year: int, area: str, after: str, limit: int) -> list[Record]:  # noqa: PLR0913, PLR0917
    """Households with what the year's survey says of each (`how` is null: not reached yet)."""
    return await ask(
        store,
        reader,
        "select * from (select h.household_id, h.area, s.how, s.done_on from household_list h"
        " left join household_surveys s on s.household_id = h.household_id and s.year = :year) q"
        " where {scope} and area like :within and household_id > :after order by household_id limit :limit",
        year=year,
        within=f"{area}%",
        after=after,
        limit=limit,
    )
