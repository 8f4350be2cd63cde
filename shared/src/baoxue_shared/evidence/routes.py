"""The log over HTTP for everybody (C2SP tlog-tiles): checkpoint, tiles, entry bundles; nothing personal is in them."""

from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from baoxue_shared.evidence.checkpoint import origin_of
from baoxue_shared.evidence.log import EvidenceLog, Sealed
from baoxue_shared.evidence.tree import read_path
from baoxue_shared.evidence.witness import MOST_BYTES
from baoxue_shared.evidence.witnessing import Witnessing

if TYPE_CHECKING:
    from baoxue_shared.web.routes import Routes

TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
FRESH = {"Cache-Control": "no-cache"}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
HIGHEST = 63


def add_evidence(routes: "Routes") -> None:
    """Under the root the newest epoch's log, under `/epoch-<n>` each epoch's; unauthenticated."""
    standing = routes.world.evidence
    log = standing.log
    router = APIRouter(tags=["evidence"])

    async def sealed_of(epoch: int | None) -> Sealed:
        sealed = await log.sealed(epoch)
        if epoch is not None and sealed.size == 0 and epoch != 1:
            raise _missing()
        return sealed

    @router.get("/checkpoint", response_class=Response)
    @router.get("/epoch-{epoch}/checkpoint", response_class=Response)
    async def read_checkpoint(epoch: int | None = None) -> Response:
        """A signed note."""
        await sealed_of(epoch)
        return Response(str(await log.published(epoch)), media_type=TEXT, headers=FRESH)

    @router.get("/checkpoint/sealed", response_class=Response)
    async def read_sealed() -> Response:
        """The newest of all, cosigned or not: for witnesses."""
        return Response((await log.sealed()).note, media_type=TEXT, headers=FRESH)

    @router.get("/tile/entries/{path:path}", response_class=Response)
    @router.get("/epoch-{epoch}/tile/entries/{path:path}", response_class=Response)
    async def read_entries(path: str, epoch: int | None = None) -> Response:
        """An entry bundle."""
        found = read_path(path)
        data = await log.entries(await sealed_of(epoch), *found) if found else None
        return _immutable(data)

    @router.get("/tile/{level}/{path:path}", response_class=Response)
    @router.get("/epoch-{epoch}/tile/{level}/{path:path}", response_class=Response)
    async def read_tile(level: str, path: str, epoch: int | None = None) -> Response:
        """A tile of hashes."""
        found = read_path(path)
        if not found or not _is_level(level):
            raise _missing()
        number, width = found
        return _immutable(await log.tile((await sealed_of(epoch)).epoch, (int(level), number), width))

    _add_statements(router, log)
    if standing.witnessing is not None:
        add_witness(router, standing.witnessing)
    routes.api.include_router(router)


def _add_statements(router: APIRouter, log: EvidenceLog) -> None:
    """What the log says beside its tree, signed or public."""

    @router.get("/epoch-{epoch}/statement", response_class=Response)
    async def read_statement(epoch: int) -> Response:
        """What a restore stated when it began this epoch, as it was sealed."""
        return _immutable(await log.statement(epoch))

    @router.get("/evidence/keys", response_class=Response)
    async def read_log_keys() -> Response:
        """Public keys of the newest epoch's log, one a line, the newest last."""
        sealed = await log.sealed()
        lines = [f"{key}\n" for key in log.keys.public(origin_of(log.name, sealed.epoch))]
        return Response("".join(lines), media_type=TEXT, headers=FRESH)

    @router.get("/heads/{originator_id}", response_class=Response)
    async def read_head(originator_id: UUID) -> Response:
        """A signed note: which event of a record is its last, in the checkpoint that is published."""
        note = await log.head(originator_id)
        if note is None:
            raise _missing()
        return Response(str(note), media_type=TEXT, headers=FRESH)


def add_witness(router: APIRouter, witnessing: Witnessing) -> None:
    """C2SP tlog-witness under `/witness`."""

    @router.post("/witness/add-checkpoint", response_class=Response)
    async def add_checkpoint(request: Request) -> Response:
        """Cosignature lines; 409 with the size that was cosigned last."""
        body = (await request.body())[:MOST_BYTES].decode(errors="replace")
        answer = await witnessing.add_checkpoint(body)
        return Response(answer.body, answer.status, media_type=answer.kind)

    @router.get("/witness/latest")
    async def read_latest(log: str) -> list[str]:
        """What this witness signed last of a log, each epoch's."""
        return witnessing.latest(log)

    @router.get("/witness/keys", response_class=Response)
    async def read_witness_keys() -> Response:
        """Public keys of this witness, one a line."""
        lines = [f"{signer.key}\n" for signer in witnessing.witness.signers]
        return Response("".join(lines), media_type=TEXT, headers=FRESH)


def _is_level(text: str) -> bool:
    return text.isascii() and text.isdigit() and str(int(text)) == text and int(text) <= HIGHEST


def _immutable(data: bytes | None) -> Response:
    if not data:
        raise _missing()
    return Response(data, media_type=BYTES, headers=FOREVER)


def _missing() -> HTTPException:
    return HTTPException(404, "no such tile or checkpoint")
