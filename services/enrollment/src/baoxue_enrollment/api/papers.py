"""Papers over HTTP: notices as PDF one by one or in bulk, their index sheet, their slips of service."""

import asyncio
import io
import zipfile
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.errors import NotFoundError
from baoxue_shared.history.store import Record
from baoxue_shared.sealed import Sealed
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from fastapi import Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from baoxue_enrollment.domain.personal_data import Identity
from baoxue_enrollment.papers.print_run import Named, index_sheet, notices, service_slips
from baoxue_enrollment.views.notices import Wanted, paper_of, papers_of

PDF, ZIP = "application/pdf", "application/zip"
AT_MOST = 1000  # notices in one answer: the client asks for the next page


def _wanted(
    year: int,
    area: Annotated[str, Query(pattern=r"^\d{0,12}$")] = "",
    school_id: UUID | None = None,
    after: int = 0,
    limit: Annotated[int, Query(ge=1, le=AT_MOST)] = 200,
) -> Wanted:
    return Wanted(year, area, str(school_id or ""), after, limit)


Which = Annotated[Wanted, Depends(_wanted)]


class NoSuchPaperError(NotFoundError):
    """No valid notice of that number is the reader's to print."""


class Papers:
    """One method per paper; whoever prints a child's is in the read log first."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def print_notice(self, reader: Reader, notice_id: UUID) -> Response:
        """One PDF of one A4 page. NoSuchPaperError for a void one too."""
        row = await paper_of(self._world.store, reader, str(notice_id))
        if row is None:
            raise NoSuchPaperError(number=notice_id)
        named = await self._named(reader, [row], "notice")
        printed = await run_in_threadpool(notices, named, self._address())
        return Response(next(iter(printed.values())), media_type=PDF)

    async def print_notices(self, reader: Reader, wanted: Which) -> Response:
        """ZIP of PDFs in order of number; `X-Next` goes into `after` for the next page, and lacks on the last one."""
        rows = await papers_of(self._world.store, reader, wanted)
        named = await self._named(reader, rows, "notice")
        printed = await run_in_threadpool(notices, named, self._address())
        return Response(_zipped(printed), media_type=ZIP, headers=_next(rows, wanted))

    async def print_index_sheet(self, reader: Reader, wanted: Which) -> Response:
        """`目录` of the same notices, one PDF."""
        rows = await papers_of(self._world.store, reader, wanted)
        named = await self._named(reader, rows, "index-sheet")
        place = wanted.area or self._world.county
        pdf = await run_in_threadpool(index_sheet, named, wanted.year, place, self._world.clock.now())
        return Response(pdf, media_type=PDF, headers=_next(rows, wanted))

    async def print_service_slips(self, reader: Reader, wanted: Which) -> Response:
        """送达回证 of the same notices, two on a page, one PDF."""
        rows = await papers_of(self._world.store, reader, wanted)
        named = await self._named(reader, rows, "service-slip")
        pdf = await run_in_threadpool(service_slips, named, wanted.year, wanted.area or self._world.county)
        return Response(pdf, media_type=PDF, headers=_next(rows, wanted))

    async def _named(self, reader: Actor, rows: Iterable[Record], what: str) -> list[Named]:
        return list(await asyncio.gather(*(self._open(reader, row, what) for row in rows)))

    async def _open(self, reader: Actor, row: Record, what: str) -> Named:
        child_id = UUID(str(row["child_id"]))
        await self._world.read_log.record(reader, child_id, what)
        identity = msgspec.json.decode(str(row["identity"]), type=Identity)
        child, guardian = await asyncio.gather(
            self._text(child_id, identity.name), self._text(child_id, identity.guardian_name)
        )
        return Named(row, child, guardian)

    async def _text(self, child_id: UUID, sealed: Sealed | None) -> str:
        return await self._world.sealer.open(child_id, sealed) if sealed else ""

    def _address(self) -> str:
        settings = self._world.settings
        return f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/verification"

    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [
            ("/notices/papers", self.print_notices),
            ("/notices/index-sheet", self.print_index_sheet),
            ("/notices/service-slips", self.print_service_slips),
            ("/notices/{notice_id}/paper", self.print_notice),
        ]


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _next(rows: list[Record], wanted: Wanted) -> dict[str, str]:
    return {"X-Next": str(rows[-1]["serial"])} if len(rows) == wanted.limit else {}
