"""`baoxue-audit witness`: a stand-alone witness, run by another body than the county."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn
from fastapi import APIRouter, FastAPI

from baoxue_shared.evidence.keys import BadKeyError, SigningKeys
from baoxue_shared.evidence.note import COSIGNER, BadNoteError
from baoxue_shared.evidence.peers import Peer, logs_of, read_peers
from baoxue_shared.evidence.routes import add_witness
from baoxue_shared.evidence.witness import Witness
from baoxue_shared.evidence.witness_state import WitnessState
from baoxue_shared.evidence.witnessing import Told, Witnessing, told_to
from baoxue_shared.tasks import end

standing_alone = typer.Typer(no_args_is_help=True, add_completion=False)
USAGE = 2
Peers = Annotated[list[str] | None, typer.Option(help='"<公钥 / key> <网址 / url>"')]


@standing_alone.command("witness")
def witness_command(  # noqa: PLR0913, PLR0917 - the settings of a program
    name: Annotated[str, typer.Option(help="见证方名称 / the witness's name, e.g. baicheng.example/audit")],
    key: Annotated[Path, typer.Option(help="密钥文件，首次运行时生成 / key file, made at the first start")],
    state: Annotated[Path, typer.Option(help="见证记忆的文件 / file of what was signed; never restore an older one")],
    log: Peers = None,
    peer: Peers = None,
    alarms: Annotated[str | None, typer.Option(help="督导服务网址 / oversight's address, which hears refusals")] = None,
    host: str = "127.0.0.1",
    port: int = 8420,
) -> None:
    """Cosign the logs that are named, and nothing that contradicts what was signed (C2SP tlog-witness)."""
    try:
        logs, peers = (read_peers(",".join(given or ())) for given in (log, peer))
        signers = SigningKeys.open_file(key, COSIGNER).signers(name)
    except (BadNoteError, BadKeyError) as error:
        typer.echo(f"公钥、网址或密钥文件不对 / a key, an address or the key file is wrong: {error}", err=True)
        raise typer.Exit(USAGE) from None
    witness = Witness(signers, logs_of(logs), WitnessState(state), lambda: int(time.time()))
    for signer in signers:
        typer.echo(str(signer.key))
    asyncio.run(_serve(witness, logs, peers, alarms, (host, port)))


async def _serve(
    witness: Witness, logs: list[Peer], peers: list[Peer], alarms: str | None, at: tuple[str, int]
) -> None:
    api = api_of(witness, logs, peers, told_to(alarms, _client) if alarms else _printed)
    await uvicorn.Server(uvicorn.Config(api, *at, log_config=None, access_log=False)).serve()


def api_of(witness: Witness, logs: list[Peer], peers: list[Peer], tell: Told) -> FastAPI:
    """The protocol under `/witness`, as services have it."""
    witnessing = Witnessing(witness, logs, peers, _client)
    witnessing.tell = tell

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(witnessing.run())
        try:
            yield
        finally:
            await end([task])

    api, router = FastAPI(title="Baoxue witness", lifespan=lifespan, docs_url=None, redoc_url=None), APIRouter()
    add_witness(router, witnessing)
    api.include_router(router)
    return api


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False)


async def _printed(alarm: str) -> None:
    typer.echo(f"拒绝见证，证据已留存 / refused to sign; the proof is kept:\n{alarm}", err=True)
