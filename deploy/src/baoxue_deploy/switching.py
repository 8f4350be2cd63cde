"""The last step of a restore: all that was made ready takes its place, or nothing of it does, whenever power fails."""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from baoxue_deploy.places import Places

PARTS = ("", "-wal", "-shm")  # of a SQLite database
OnServer = Callable[[str, str], None]  # done with a service's database; the second word: a path, an instant


def staging(places: Places) -> Path:
    """Where a restore makes everything ready; until `decide` it counts for nothing."""
    return places.root / "restoring"


def _decision(places: Places) -> Path:
    return places.root / "restore.json"


def decide(places: Places, services: Iterable[str]) -> None:
    """From this moment on the restored state is the one that counts; before it, the present one."""
    for path in (*staging(places).rglob("*"), staging(places)):
        _sync(path)
    draft = _decision(places).with_suffix(".draft")
    draft.write_text(json.dumps({"at": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}", "services": [*services]}), "utf-8")
    _sync(draft)
    draft.replace(_decision(places))
    _sync(places.root)


def finish(places: Places, rename: OnServer | None = None) -> Path | None:
    """Carry a decided restore to its end, once more after a crash; where what was there lies now, None if none was.

    `rename`: of databases on a server, with the instant of the decision.
    """
    with suppress(FileNotFoundError):
        decided = json.loads(_decision(places).read_text("utf-8"))
        aside, ready = places.root / f"replaced-{decided['at']}", staging(places)
        aside.mkdir(exist_ok=True)
        for service in decided["services"]:
            if rename is not None:
                rename(service, decided["at"])
            _replace(ready / f"{service}.sqlite3", places.database(service), aside)
        _replace(ready / "keys", places.keys, aside)
        shutil.rmtree(ready, ignore_errors=True)
        _decision(places).unlink()
        _sync(places.root)
        return aside
    return None


def _replace(ready: Path, place: Path, aside: Path) -> None:
    """Nothing where it was done before."""
    if ready.exists():
        for part in PARTS:
            there = place.with_name(f"{place.name}{part}")
            if there.exists():
                there.rename(aside / there.name)
        ready.rename(place)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
