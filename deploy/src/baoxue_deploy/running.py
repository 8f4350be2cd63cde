"""`run.json`: what runs where, so that another command finds it and can end it."""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from baoxue_deploy.places import SERVICES, Places, url

ENDS_WITHIN = 20.0
OURS = (b"baoxue", b"nats-server", b"postgres")


def remember(places: Places, pids: Mapping[str, int], more: Mapping[str, Any]) -> None:
    """Write it whole or not at all."""
    addresses = {service: url(service) for service in SERVICES}
    stores = {service: places.store(service) for service in SERVICES}
    draft = places.run.with_suffix(".draft")
    told = {"pids": {"supervisor": os.getpid(), **pids}, "addresses": addresses, "stores": stores, **more}
    draft.write_text(json.dumps(told, indent=1), "utf-8")
    draft.replace(places.run)


def remembered(places: Places) -> dict[str, Any] | None:
    """None if nothing runs."""
    if not places.run.exists():
        return None
    told: dict[str, Any] = json.loads(places.run.read_text("utf-8"))
    return told


def alive(pid: int) -> bool:
    """A process of ours; never one that took its number later, nor one that is over and not yet waited for."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    proc = Path(f"/proc/{pid}")
    if not proc.exists():
        return True
    with suppress(OSError):
        line = (proc / "cmdline").read_bytes()
        return any(name in line for name in OURS)
    return False


def end_remembered(places: Places) -> bool:
    """End what `up` started, the supervisor first, which ends the others; False if nothing runs."""
    told = remembered(places)
    if told is None:
        return False
    running = {name: pid for name, pid in told["pids"].items() if pid != os.getpid()}
    ended = [_end(running.pop("supervisor", 0))]
    ended += [_end(pid) for pid in running.values()]
    places.run.unlink(missing_ok=True)
    return any(ended)


def _end(pid: int) -> bool:
    if not pid or not alive(pid):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + ENDS_WITHIN
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.05)
        if not alive(pid):
            return True
    return True
