"""A gap list as a spreadsheet for an office that follows it up: with names, and whoever takes it is in the read log."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
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
        schools = {str(r["school_id"]): r["name"] for r in await store.fetch("select school_id, name from zone_list")}
        for row in rows:
            await self._world.read_log.record(reader, UUID(str(row["child_id"])), "gap-sheet")
        lines = await asyncio.gather(*(self._line(row, schools) for row in rows))
        return Response(await run_in_threadpool(write_xlsx, [HEADS, *lines]), media_type=XLSX)

    async def _line(self, row: Record, schools: Mapping[str, object]) -> list[Cell]:
        found = await self._world.store.fetch(
            "select identity from child_list where child_id = :child", {"child": row["child_id"]}
        )
        names = ["", "", ""]
        if found:
            identity = msgspec.json.decode(str(found[0]["identity"]), type=Identity)
            boxes = (identity.name, identity.guardian_name, identity.guardian_phone)
            child_id = UUID(str(row["child_id"]))
            names = [await self._world.sealer.open(child_id, box) if box else "" for box in boxes]
        village = str(row["area"])
        school = str(schools.get(str(row["school_id"]), ""))
        facts = [str(row[name] or "") for name in ("entry", "year", "number", "report_on", "since")]
        return [name_of(village[:9]), name_of(village), *names, school, *facts]
