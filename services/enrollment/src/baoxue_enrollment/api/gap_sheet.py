"""A gap list as a spreadsheet for an office that follows it up: with names, and whoever takes it is in the read log."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.divisions import name_of
from baoxue_shared.history.store import Record
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from fastapi import Query, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.imports.cells import Cell
from baoxue_enrollment.imports.xlsx_file import write_xlsx
from baoxue_enrollment.views.gap_kinds import Kind
from baoxue_enrollment.views.gaps import Asked, gaps_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ("乡镇", "村", "儿童", "监护人", "监护人电话", "学校", "入学", "学年", "文号", "报到日期", "自")


class GapSheet:
    """One row for each child of the list, in order of village."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def print_gaps(  # noqa: PLR0913, PLR0917 - what can be asked
        self,
        reader: Reader,
        kind: Kind,
        at: AwareDatetime | None = None,
        year: int | None = None,
        area: Annotated[str, Query(pattern=r"^\d{0,12}$")] = "",
        school_id: UUID | None = None,
    ) -> Response:
        """XLSX."""
        store = self._world.store
        asked = Asked(kind, at or self._world.clock.now(), year, area, str(school_id or ""))
        rows = await gaps_of(store, reader, asked)
        names = await named_lines(self._world, reader, rows, "gap-sheet")
        lines = [
            [name_of(str(r["area"])[:9]), name_of(str(r["area"])), *who, *_facts(r)]
            for r, who in zip(rows, names, strict=True)
        ]
        return Response(await run_in_threadpool(write_xlsx, [HEADS, *lines]), media_type=XLSX)


def _facts(row: Record) -> list[Cell]:
    return [str(row[name] or "") for name in ("entry", "year", "number", "report_on", "since")]


async def named_lines(world: World, reader: Actor, rows: Sequence[Record], what: str) -> list[list[Cell]]:
    """Child, guardian, phone and school of each row, empty where nobody on record is meant; in the read log first."""
    known = [UUID(str(row["child_id"])) for row in rows if row["child_id"]]
    for child_id in known:
        await world.read_log.record(reader, child_id, what)
    zones = await world.store.fetch("select school_id, name from zone_list")
    schools = {str(zone["school_id"]): str(zone["name"]) for zone in zones}
    names = await asyncio.gather(*(_names(world, row["child_id"]) for row in rows))
    return [[*who, schools.get(str(row["school_id"]), "")] for row, who in zip(rows, names, strict=True)]


async def _names(world: World, child_id: object) -> list[str]:
    found = await world.store.fetch(
        "select identity from child_list where child_id = :child", {"child": str(child_id or "")}
    )
    if not found:
        return ["", "", ""]
    identity = msgspec.json.decode(str(found[0]["identity"]), type=Identity)
    boxes = (identity.name, identity.guardian_name, identity.guardian_phone)
    return [await world.sealer.open(UUID(str(child_id)), box) if box else "" for box in boxes]
