"""Paths of the year's work: commands, and what is asked about it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from baoxue_shared.area import county_of
from baoxue_shared.clock import today
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from baoxue_shared.web.paging import Listed, page
from fastapi import Query

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.plan_needs import needs_of
from baoxue_enrollment.views import placements, year_tasks, years_work
from baoxue_enrollment.views.gaps import planned_year

Limit = Annotated[int, Query(ge=1, le=5000)]
Endpoint = tuple[str, Callable[..., Awaitable[Any]]]


def commands_of_the_year(enrollment: Enrollment) -> list[Endpoint]:
    """Of government, townships, police; and on what the county has."""
    return [
        ("/publicity-plans", enrollment.make_publicity_plan),
        ("/publicity-plans/records", enrollment.record_township_publicity),
        ("/plans/follow-ups", enrollment.follow_up_plan),
        ("/zones/{school_id}/places", enrollment.set_places),
        ("/zones/{school_id}/distances", enrollment.set_distances),
        ("/identity-searches", enrollment.make_identity_search),
        ("/village-committees", enrollment.record_village_committee),
        ("/village-committees/{committee_id}/dissolution", enrollment.dissolve_village_committee),
        ("/emergencies", enrollment.declare_emergency),
        ("/emergencies/{emergency_id}/end", enrollment.end_emergency),
        ("/classes", enrollment.form_class),
        ("/classes/{class_id}/dissolution", enrollment.dissolve_class),
        ("/classes/promotions", enrollment.move_classes_up),
        ("/placements/deviations", enrollment.deviate_placement),
        ("/placements/redirects", enrollment.redirect_placement),
        ("/children/{child_id}/turning-away", enrollment.turn_child_away),
        ("/children/{child_id}/turned-away", enrollment.report_turned_away),
        ("/children/{child_id}/entry-exams", enrollment.report_entry_exam),
    ]


class YearQueries:
    """One method per question; its name is the operation of the permission table."""

    def __init__(self, world: World) -> None:
        self.world, self.store = world, world.store

    async def read_year_tasks(self, reader: Reader, year: int | None = None) -> Listed:
        """Every task of the year with its bearer and day; `overdue`: how many are."""
        day = today(self.world.clock)
        of_year = year or planned_year(self.world.clock.now())
        rows = [year_tasks.as_row(t) for t in await year_tasks.year_tasks(self.store, reader, of_year, day)]
        return {"year": of_year, "day": day, "overdue": sum(r["state"] == "overdue" for r in rows), "rows": rows}

    async def read_plan_needs(self, reader: Reader, year: int | None = None, school_id: UUID | None = None) -> Listed:
        """Per school: needed, has, lacks; `lacks`: the whole by resource; `unstated`: what no school has stated."""
        now = self.world.clock.now()
        of_year, county = year or planned_year(now), county_of(reader.jurisdiction)
        needs = await needs_of(self.store, of_year, county, now)
        seen = [n for n in needs if n.area.startswith(reader.jurisdiction) and school_id in (None, n.school_id)]
        lacks: Counter[str] = Counter()
        for need in seen:
            lacks[need.what] += need.lacks
        return {
            "year": of_year,
            "lacks": {what: number for what, number in lacks.items() if number},
            "unstated": sum(need.has is None for need in seen),
            "rows": [{**msgspec.to_builtins(need), "lacks": need.lacks} for need in seen],
        }

    async def list_classes(self, reader: Reader, after: str = "", limit: Limit = 1000) -> Listed:
        return page(await years_work.classes_of(self.store, reader, after, limit), limit, "class_id")

    async def list_village_committees(self, reader: Reader, after: str = "", limit: Limit = 1000) -> Listed:
        return page(await years_work.committees_of(self.store, reader, after, limit), limit, "committee_id")

    async def list_follow_ups(self, reader: Reader, year: int, after: int = 0, limit: Limit = 1000) -> Listed:
        return page(await years_work.follow_ups_of(self.store, reader, year, after, limit), limit, "position")

    async def list_placements(self, reader: Reader, year: int, after: str = "", limit: Limit = 1000) -> Listed:
        """`reason` where the zone's school does not take the child, `ground` where county education redirected it."""
        return page(await placements.placements_of(self.store, reader, year, after, limit), limit, "placement_id")

    async def list_refused_admissions(self, reader: Reader, after: int = 0, limit: Limit = 1000) -> Listed:
        return page(await placements.refused_admissions_of(self.store, reader, after, limit), limit, "position")

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            ("/year-tasks", self.read_year_tasks),
            ("/plans/needs", self.read_plan_needs),
            ("/classes", self.list_classes),
            ("/placements", self.list_placements),
            ("/refused-admissions", self.list_refused_admissions),
            ("/village-committees", self.list_village_committees),
            ("/follow-ups", self.list_follow_ups),
        ]
