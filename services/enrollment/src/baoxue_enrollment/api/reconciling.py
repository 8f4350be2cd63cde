"""Comparing registers over HTTP: the files of both sides in one form; runs, differences, and their lists as XLSX."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.divisions import name_of
from baoxue_shared.errors import RefusalError
from baoxue_shared.history.application import AggregateNotFoundError
from baoxue_shared.history.store import Record
from baoxue_shared.messages import Catalogue
from baoxue_shared.sealed import Sealed
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from baoxue_shared.web.paging import Limit, Listed, page
from fastapi import Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from baoxue_enrollment.api.gap_sheet import XLSX, named_lines
from baoxue_enrollment.api.queries import NAMED, Area, Endpoint
from baoxue_enrollment.api.receiving import LIMIT
from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.reconciliations import SIDES, Files
from baoxue_enrollment.domain.reconciliation import Kind
from baoxue_enrollment.domain.register_difference import Outcome
from baoxue_enrollment.imports.keyed import KeyedFile
from baoxue_enrollment.imports.reading import Place
from baoxue_enrollment.imports.source import UnknownSourceError
from baoxue_enrollment.imports.unreadable import FileTooLargeError
from baoxue_enrollment.imports.xlsx_file import write_xlsx
from baoxue_enrollment.reconciling_commands import ReconcileRegisters
from baoxue_enrollment.views import reconciliations

MOST = 100  # files of one run
ROLES = sorted({role for sides in SIDES.values() for side in sides for role in side})
State = Literal["open", "settled", "overdue", ""]
HEADS = (
    "乡镇",
    "村",
    "儿童",
    "监护人",
    "监护人电话",
    "学校",
    "差异",
    "甲表行",
    "乙表行",
    "责任",
    "期限",
    "办理",
    "办理日期",
)


class Reconciling:
    """One method per command or question."""

    def __init__(self, enrollment: Enrollment, world: World) -> None:
        self._enrollment, self._world, self._store = enrollment, world, world.store
        self._catalogue = Catalogue("baoxue_enrollment")

    def _words(self, refusal: RefusalError) -> str:
        return self._catalogue.text(refusal, "zh")

    async def reconcile_registers(
        self,
        request: Request,
        kind: Kind,
        year: Annotated[int, Query(ge=2000, le=2100)],
        settle_by: Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")],
    ) -> Recorded:
        """A form (multipart) whose fields are named by the kind of register and hold its files, several if need be."""
        command = ReconcileRegisters.model_validate({"kind": kind, "year": year, "settle_by": settle_by})
        async with request.form(max_files=MOST) as form:
            sent = [(role, file) for role, file in form.multi_items() if isinstance(file, UploadFile)]
            return await self._enrollment.reconcile_registers(command, Files([await self._keyed(*one) for one in sent]))

    async def _keyed(self, role: str, file: UploadFile) -> KeyedFile:
        """UnknownSourceError for a field of another name; the refusals of an import."""
        if file.size and file.size > LIMIT:
            raise FileTooLargeError(size=file.size >> 20, limit=LIMIT >> 20)
        if role not in ROLES:
            raise UnknownSourceError(source=role)
        place = Place(role, role, self._world.settings.mappings, self._words)
        content = await file.read()
        return await run_in_threadpool(KeyedFile, content, place, self._world.sealer.lookup)

    async def list_reconciliations(self, reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        """With counts by outcome, inputs by SHA-256, and how many differences are open."""
        rows = await reconciliations.runs_of(self._store, reader, after, limit)
        return page([_told(row) for row in rows], limit, "key")

    async def read_reconciliation(self, reader: Reader, run_id: UUID) -> Listed:
        """What the reader's area has closed of a run, and what it has open."""
        closings = await reconciliations.closings_of(self._store, reader, str(run_id))
        day = today(self._world.clock).isoformat()
        differences = await reconciliations.differences_of(self._store, reader, str(run_id), day=day, limit=60_000)
        if not closings and not differences and not await self._known(run_id):
            raise AggregateNotFoundError(id=run_id)
        counts: dict[str, dict[str, int]] = {}
        for row in differences:
            told = counts.setdefault(str(row["outcome"]), {"open": 0, "settled": 0, "overdue": 0})
            told["settled" if row["how"] else "open"] += 1
            told["overdue"] += int(row["overdue"] or 0)
        return {"run_id": run_id, "differences": counts, "closings": closings}

    async def _known(self, run_id: UUID) -> bool:
        found = "select 1 as found from reconciliation_list where run_id = :run"
        return bool(await self._store.fetch(found, {"run": str(run_id)}))

    async def list_differences(  # noqa: PLR0913, PLR0917 - what can be asked
        self,
        reader: Reader,
        run_id: UUID,
        outcome: Outcome | Literal[""] = "",
        state: State = "",
        area: Area = "",
        after: str = "",
        limit: Limit = 200,
    ) -> Listed:
        """By random child id; who has no id is told by file and row. The texts for who may see names."""
        rows = await reconciliations.differences_of(
            self._store,
            reader,
            str(run_id),
            day=today(self._world.clock).isoformat(),
            outcome=outcome,
            state=state,
            area=area,
            after=after,
            limit=limit,
        )
        shown = await asyncio.gather(*(self._opened(row, opened=reader.role in NAMED) for row in rows))
        return page(shown, limit, "difference_id")

    async def _opened(self, row: Record, *, opened: bool) -> Listed:
        told, detail = {**row}, row.pop("detail")
        told["detail"] = None
        if opened and detail:
            sealed = msgspec.json.decode(str(detail), type=Sealed)
            told["detail"] = await self._world.sealer.open(UUID(str(row["child_id"] or row["difference_id"])), sealed)
        return told

    async def print_differences(
        self, reader: Reader, run_id: UUID, outcome: Outcome | Literal[""] = "", state: State = "", area: Area = ""
    ) -> Response:
        """XLSX with names; whoever takes it is in the read log."""
        day = today(self._world.clock).isoformat()
        asked = {"outcome": outcome, "state": state, "area": area}
        rows = await reconciliations.differences_of(self._store, reader, str(run_id), day=day, **asked, limit=60_000)
        names = await named_lines(self._world, reader, rows, "difference-sheet")
        facts = ("outcome", "left_row", "right_row", "owner", "due_on", "how", "settled_on")
        lines = [
            [name_of(str(row["area"])[:9]), name_of(str(row["area"])), *who, *(str(row[fact] or "") for fact in facts)]
            for row, who in zip(rows, names, strict=True)
        ]
        return Response(await run_in_threadpool(write_xlsx, [HEADS, *lines]), media_type=XLSX)

    def commands(self) -> Iterable[Endpoint]:
        enrollment = self._enrollment
        return [
            ("/reconciliations", self.reconcile_registers),
            ("/reconciliations/{run_id}/closing", enrollment.close_reconciliation),
            ("/differences/{difference_id}/assignment", enrollment.assign_difference),
            ("/differences/{difference_id}/settlement", enrollment.settle_difference),
            ("/differences/{difference_id}/reopening", enrollment.reopen_difference),
        ]

    def queries(self) -> Iterable[Endpoint]:
        return [
            ("/reconciliations", self.list_reconciliations),
            ("/reconciliations/{run_id}", self.read_reconciliation),
            ("/reconciliations/{run_id}/differences", self.list_differences),
            ("/reconciliations/{run_id}/sheet", self.print_differences),
        ]


def _told(row: Record) -> Listed:
    read = {name: msgspec.json.decode(str(row[name])) for name in ("inputs", "counts")}
    return {**row, **read}
