"""A nats-server of one's own for tests: real JetStream, real kills."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from baoxue_shared.testing import containers

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
        self._await()

    def _await(self) -> None:
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

    def end(self) -> None:
        """Server and data are gone."""
        self.kill()
        shutil.rmtree(self._root, ignore_errors=True)


class ContainedNats(Nats):
    """The same from an image."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._container = self._made()

    def _made(self) -> Any:  # noqa: ANN401 - testcontainers is a tool of the tests alone
        made = containers.container(containers.NATS).with_command("-js -sd /data").with_bind_ports(4222, self.port)
        made.start()
        made.get_wrapped_container().stop()
        return made

    def start(self) -> None:
        self._container.get_wrapped_container().start()
        self._await()

    def kill(self) -> None:
        with suppress(Exception):  # it was down already
            self._container.get_wrapped_container().kill()

    def wipe(self) -> None:
        self._container.stop()
        self._container = self._made()

    def end(self) -> None:
        self._container.stop()


@contextmanager
def running_nats() -> Iterator[Nats]:
    """Server and data are gone after the block."""
    root = Path(tempfile.mkdtemp(prefix="baoxue-nats-"))
    server = ContainedNats(root) if containers.wanted() else Nats(root)
    try:
        server.start()
        yield server
    finally:
        server.end()
