"""Questions over HTTP; whoever opens a child's file is in the read log first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from baoxue_shared.area import county_of
from baoxue_shared.history.application import AggregateNotFoundError
from baoxue_shared.history.store import Record
from baoxue_shared.sealed import Sealed
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from baoxue_shared.web.paging import Listed, page
from fastapi import Query
from pydantic import AwareDatetime

from baoxue_enrollment.api.numbers import checked_numbers
from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.views import (
    child_states,
    children,
    gap_kinds,
    gaps,
    households,
    notices,
    pupils,
    record_states,
    years,
)

NAMED = frozenset({"county-education", "county-education-2", "township", "school", "teacher"})
Limit = Annotated[int, Query(ge=1, le=5000)]
Area = Annotated[str, Query(pattern=r"^\d{0,12}$")]
County = Annotated[str | None, Query(pattern=r"^\d{6}$")]
Endpoint = tuple[str, Callable[..., Awaitable[Any]]]


async def _opened(world: World, row: Record, fields: tuple[str, ...]) -> Listed:
    child_id = UUID(str(row["child_id"]))
    identity = msgspec.json.decode(str(row["identity"]), type=Identity)
    sealed: dict[str, Sealed] = {f: s for f in fields if (s := getattr(identity, f)) is not None}
    texts = await asyncio.gather(*(world.sealer.open(child_id, s) for s in sealed.values()))
    shown = {key: value for key, value in row.items() if key != "identity"}
    return {**shown, **dict(zip(sealed, texts, strict=True))}


class Queries:
    """One method per question; its name is the operation of the permission table."""

    def __init__(self, world: World) -> None:
        self.world, self.store = world, world.store

    async def list_children(self, reader: Reader, area: Area = "", after: str = "", limit: Limit = 200) -> Listed:
        rows = await children.children_of(self.store, reader, area, after, limit)
        fields = ("name",) if reader.role in NAMED else ()
        if fields:
            await asyncio.gather(*(self.world.read_log.record(reader, UUID(str(r["child_id"])), "name") for r in rows))
        shown = [await _opened(self.world, row, fields) for row in rows]
        return page(shown, limit, "child_id")

    async def read_child(self, reader: Reader, child_id: UUID) -> Listed:
        row = await children.child_of(self.store, reader, str(child_id))
        if row is None:
            raise AggregateNotFoundError(id=child_id)
        await self.world.read_log.record(reader, child_id, "file")
        fields = Identity.__struct_fields__ if reader.role in NAMED else ()
        return {
            **await _opened(self.world, row, fields),
            "entries": await children.entries_of(self.store, reader, str(child_id)),
            **await self._changes(child_id, opened=bool(fields)),
        }

    async def _changes(self, child_id: UUID, *, opened: bool) -> Listed:
        found = await child_states.changes_of(self.store, str(child_id))
        for group in found["groups"]:
            facts = msgspec.json.decode(str(group.pop("facts")), type=child_states.GroupFacts)
            if opened:
                group["group"] = await self.world.sealer.open(child_id, facts.group)
                group["source"] = await self.world.sealer.open(child_id, facts.source)
        return dict(found)

    async def list_duplicates(self, reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        """Pairs that may be one child: random ids and why; the files are read one by one."""
        return page(await child_states.duplicates_of(self.store, reader, after, limit), limit, "pair_id")

    async def list_record_statuses(self, reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        return page(await record_states.statuses_of(self.store, reader, after, limit), limit, "child_id")

    async def list_transfers(self, reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        """In order of the day of application."""
        return page(await record_states.transfers_of(self.store, reader, after, limit), limit, "key")

    async def list_gaps(  # noqa: PLR0913, PLR0917 - what can be asked
        self,
        reader: Reader,
        kind: gap_kinds.Kind,
        at: AwareDatetime | None = None,
        year: int | None = None,
        area: Area = "",
        school_id: UUID | None = None,
        after: Annotated[str, Query(pattern=r"^(\d{1,12}/[^/]*/[^/]*/[^/]*)?$")] = "",
        limit: Limit = 1000,
    ) -> Listed:
        """`at` of the first page, given with `after`, keeps the pages at one instant."""
        instant = at or self.world.clock.now()
        asked = gaps.Asked(kind, instant, year, area, str(school_id or ""))
        rows = await gaps.gaps_of(self.store, reader, asked, after, limit)
        following = gaps.place_of(rows[-1]) if len(rows) == limit else None
        return {"kind": kind, "at": instant, "rows": rows, "next": following}

    async def list_notices(
        self, reader: Reader, year: int, area: Area = "", after: str = "", limit: Limit = 1000
    ) -> Listed:
        return page(await notices.notices_of(self.store, reader, year, area, after, limit), limit, "number")

    async def read_notice_numbers(self, reader: Reader, year: int, county: County = None) -> Listed:
        """Whether the county's book and its notices tell the same numbers, each once and without a gap."""
        return await checked_numbers(self.world, reader, year, county or county_of(reader.jurisdiction))

    async def list_pupils(self, reader: Reader, semester: str, after: str = "", limit: Limit = 1000) -> Listed:
        return page(await pupils.pupils_of(self.store, reader, semester, after, limit), limit, "child_id")

    async def list_households(
        self, reader: Reader, year: int, area: Area = "", after: str = "", limit: Limit = 1000
    ) -> Listed:
        return page(await households.households_of(self.store, reader, year, area, after, limit), limit, "household_id")

    async def read_figures(
        self, reader: Reader, at: AwareDatetime | None = None, year: int | None = None, semester: str | None = None
    ) -> Listed:
        instant = at or self.world.clock.now()
        of_year = year or gaps.planned_year(instant)
        rows = await gaps.figures_of(self.store, reader, instant, of_year, semester or f"{of_year}-autumn")
        return {"at": instant, "year": of_year, "rows": rows}

    async def list_zones(self, reader: Reader) -> Listed:
        return {"rows": await years.zones_of(self.store, reader)}

    async def list_school_years(self, reader: Reader) -> Listed:
        return {"rows": await years.years_of(self.store, reader)}

    async def list_semesters(self, reader: Reader) -> Listed:
        return {"rows": await years.semesters_of(self.store, reader)}

    async def list_surveys(self, reader: Reader, year: int) -> Listed:
        return {"rows": await years.surveys_of(self.store, reader, year)}

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            ("/children", self.list_children),
            ("/children/{child_id}", self.read_child),
            ("/duplicates", self.list_duplicates),
            ("/record-statuses", self.list_record_statuses),
            ("/transfers", self.list_transfers),
            ("/gaps", self.list_gaps),
            ("/notices", self.list_notices),
            ("/notices/numbers", self.read_notice_numbers),
            ("/pupils", self.list_pupils),
            ("/households", self.list_households),
            ("/figures", self.read_figures),
            ("/zones", self.list_zones),
            ("/school-years", self.list_school_years),
            ("/semesters", self.list_semesters),
            ("/surveys", self.list_surveys),
        ]
