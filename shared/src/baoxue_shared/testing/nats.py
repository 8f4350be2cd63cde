"""A nats-server of one's own for tests: real JetStream, real kills."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN = 10.0


class Nats:
    """`kill` as a power cut would; `wipe` loses all that JetStream kept."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        own = Path(sys.executable).parent / "nats-server"
        program = str(own) if own.exists() else str(shutil.which("nats-server"))
        command = [program, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self._root / "data")]
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        message = "nats-server did not start"
        raise TimeoutError(message)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wipe(self) -> None:
        """Only while it is down."""
        shutil.rmtree(self._root / "data", ignore_errors=True)


@contextmanager
def running_nats() -> Iterator[Nats]:
    """Server and data are gone after the block."""
    root = Path(tempfile.mkdtemp(prefix="baoxue-nats-"))
    server = Nats(root)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(root, ignore_errors=True)
