"""A real development issuer on a free port, for tests."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec

from baoxue_shared.access.issuer import create_issuer, mint, signing_key

PATIENCE = 10.0  # seconds


class RunningIssuer(NamedTuple):
    """Where it is, and the key that it signs with."""

    url: str
    key: ec.EllipticCurvePrivateKey

    def token(self, role: str, organisation: str | None = None, jurisdiction: str | None = None) -> str:
        return mint(self.key, self.url, role, organisation=organisation, jurisdiction=jurisdiction)


@contextmanager
def running_issuer(folder: Path) -> Iterator[RunningIssuer]:
    """Serves until the block ends. TimeoutError if it does not start."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    key = signing_key(folder / "issuer.pem")
    server = uvicorn.Server(uvicorn.Config(create_issuer(key, url), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="issuer", daemon=True)
    thread.start()
    _wait_until_started(server)
    try:
        yield RunningIssuer(url, key)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()


def _wait_until_started(server: uvicorn.Server) -> None:
    until = time.monotonic() + PATIENCE
    while not server.started:
        if time.monotonic() > until:
            message = "the issuer did not start"
            raise TimeoutError(message)
        time.sleep(0.01)
