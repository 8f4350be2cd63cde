"""What goes wrong tells no names: libraries' log lines, ids sent by callers, silent issuers, half-made key files."""

import asyncio
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from baoxue_shared.access.issuer import mint, signing_key
from baoxue_shared.access.tokens import IssuerUnreachableError, Tokens
from baoxue_shared.privacy.keystore import KeyStore
from baoxue_shared.privacy.sealer import Sealer

PROGRAM = """
import logging
from pydantic import BaseModel
from baoxue_shared.logs import set_up_logs
class Child(BaseModel):
    born_on: int
set_up_logs("cases")
try:
    Child(born_on="张小明 2013-01-01")
except ValueError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
logging.getLogger("nats").error("bad message %s", "张小明")
"""


def test_a_librarys_traceback_quotes_no_record() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stderr
    assert "张小明" not in told
    assert "ValidationError" in told
    assert len(told.splitlines()) == 2


def test_a_silent_issuer_is_asked_once_not_by_every_request(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes connections, never answers
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        token = mint(signing_key(tmp_path / "k.pem"), issuer, "school")
        began = time.monotonic()
        assert asyncio.run(refusals(Tokens(issuer), token, times=3)) == [IssuerUnreachableError] * 3
        assert time.monotonic() - began < 9


async def refusals(tokens: Tokens, token: str, *, times: int) -> list[type]:
    return [type(e) for e in await asyncio.gather(*(tokens.actor(token) for _ in range(times)), return_exceptions=True)]


async def test_an_issuer_that_publishes_no_usable_key_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(_: object, url: str) -> httpx.Response:
        return httpx.Response(200, json={"jwks_uri": url, "keys": []}, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx.AsyncClient, "get", answer)
    with pytest.raises(IssuerUnreachableError):
        await Tokens("http://127.0.0.1:9")._fetch()


def test_processes_that_start_at_once_share_one_master_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: KeyStore(tmp_path / "keys", "cases"), range(8)))
    assert len({store.secret for store in stores}) == 1
    assert sorted(p.suffix for p in (tmp_path / "keys").iterdir() if "sqlite3" not in p.name) == [
        ".erasures",
        ".hmac",
        ".master",
    ]
    for store in stores:
        store.close()


async def test_a_failed_key_store_fails_nobody_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = Sealer.open_store(tmp_path / "keys", "cases")
    ensure, turns = sealer._keys.ensure, iter([False, True])

    def once_broken(children: set) -> dict:
        if next(turns, False):
            raise OSError
        return ensure(children)

    monkeypatch.setattr(sealer._keys, "ensure", once_broken)
    results = await asyncio.gather(*(sealer.seal(uuid4(), "x.Y", n="n") for _ in range(4)), return_exceptions=True)
    assert [type(r) for r in results] == [dict, OSError, dict, dict]
    sealer.close()
