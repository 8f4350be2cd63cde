"""What schools have for a school year, and how far the villages are."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from baoxue_shared.history.unit import Statement
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.enrollment_plan import EnrollmentPlan
from baoxue_enrollment.domain.school_zone import SchoolZone


class Capacities(View):
    """`allocated`: by the year's plan, until the school states that it has more."""

    name = "capacities"
    tables = (
        "create table if not exists capacity_list (school_id text not null, year integer not null, what text not null,"
        " count integer not null, allocated integer not null, primary key (school_id, year, what))",
        "create table if not exists distance_list (school_id text not null, village text not null,"
        " metres integer not null, primary key (school_id, village))",
    )

    @on(SchoolZone.PlacesSet)
    def places_set(self, e: SchoolZone.PlacesSet, heard: Heard) -> list[Statement]:
        stated: dict[str, int | None] = {f"places_grade_{one.grade}": one.places for one in e.places}
        stated |= {"beds": e.beds, "bus_seats": e.bus_seats, "posts": e.posts}
        return [
            sql(
                "insert into capacity_list values (:school, :year, :what, :count, 0)"
                " on conflict (school_id, year, what) do update set count = excluded.count, allocated = 0",
                school=heard.originator_id,
                year=e.year,
                what=what,
                count=count,
            )
            for what, count in stated.items()
            if count is not None
        ]

    @on(EnrollmentPlan.Drawn)
    def allocated(self, e: EnrollmentPlan.Drawn, _: Heard) -> list[Statement]:
        return [
            sql(
                "insert into capacity_list values (:school, :year, :what, 0, :more) on conflict (school_id, year, what)"
                " do update set allocated = capacity_list.allocated + excluded.allocated",
                school=str(one.school_id),
                year=e.year,
                what=one.what,
                more=one.count,
            )
            for one in e.allocations
        ]

    @on(SchoolZone.DistancesSet)
    def distances_set(self, e: SchoolZone.DistancesSet, heard: Heard) -> list[Statement]:
        insert = "insert into distance_list values (:school, :village, :metres) on conflict (school_id, village)"
        return [
            sql("delete from distance_list where school_id = :school", school=heard.originator_id),
            *(
                sql(
                    insert + " do update set metres = excluded.metres",
                    school=heard.originator_id,
                    village=one.village,
                    metres=one.metres,
                )
                for one in e.distances
            ),
        ]
