"""Where each child is placed, by zone or not, why not; and where a child was turned away or examined."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from datetime import date

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.placement import Placement
from baoxue_enrollment.domain.refused_admission import RefusedAdmission


class PlacementList(View):
    name = "placements"
    tables = (
        "create table if not exists placement_list (placement_id text primary key, child_id text not null,"
        " entry text not null, year integer not null, area text not null, school_id text not null,"
        " by_zone integer not null, former text, reason text, ground text, changed_on text)",
        "create table if not exists refused_admission_list (position integer primary key, child_id text not null,"
        " area text not null, school_id text not null, breach text not null, source text not null,"
        " happened_on text not null)",
        "create index if not exists placement_list_by_year on placement_list (year, area)",
    )

    @on(Placement.ChildPlaced)
    def placed(self, e: Placement.ChildPlaced, heard: Heard) -> Statement:
        return sql(
            "insert into placement_list (placement_id, child_id, entry, year, area, school_id, by_zone)"
            " values (:id, :child, :entry, :year, :area, :school, :by_zone) on conflict do nothing",
            id=heard.originator_id,
            child=str(e.child_id),
            entry=e.entry,
            year=e.year,
            area=e.area,
            school=str(e.school_id),
            by_zone=int(e.by_zone),
        )

    @on(Placement.Deviated)
    def deviated(self, e: Placement.Deviated, heard: Heard) -> Statement:
        return _elsewhere(e, heard, "reason", e.reason, e.deviated_on)

    @on(Placement.Redirected)
    def redirected(self, e: Placement.Redirected, heard: Heard) -> Statement:
        return _elsewhere(e, heard, "ground", e.ground, e.redirected_on)

    @on(RefusedAdmission.TurnedAway)
    def turned_away(self, e: RefusedAdmission.TurnedAway, heard: Heard) -> Statement:
        return sql(
            "insert into refused_admission_list values (:position, :child, :area, :school, :breach, :source, :day)"
            " on conflict do nothing",
            position=heard.position,
            child=str(e.child_id),
            area=e.area,
            school=str(e.school_id),
            breach=e.breach,
            source=e.source,
            day=e.happened_on.isoformat(),
        )


def _elsewhere(
    e: Placement.Deviated | Placement.Redirected, heard: Heard, column: str, why: str, day: date
) -> Statement:
    return sql(
        f"update placement_list set school_id = :school, former = :former, {column} = :why, changed_on = :day,"
        " by_zone = 0 where placement_id = :id",
        school=str(e.school_id),
        former=str(e.former),
        why=why,
        day=day.isoformat(),
        id=heard.originator_id,
    )


async def placements_of(store: Store, reader: Actor, year: int, after: str, limit: int) -> list[Record]:
    """Of a year; a school sees its own."""
    return await ask(
        store,
        reader,
        "select placement_id, child_id, entry, year, area, school_id, by_zone, former, reason, ground, changed_on"
        " from placement_list where {scope} and year = :year and placement_id > :after order by placement_id"
        " limit :limit",
        year=year,
        after=after,
        limit=limit,
    )


async def refused_admissions_of(store: Store, reader: Actor, after: int, limit: int) -> list[Record]:
    return await ask(
        store,
        reader,
        "select position, child_id, area, school_id, breach, source, happened_on from refused_admission_list"
        " where {scope} and position > :after order by position limit :limit",
        after=after,
        limit=limit,
    )
