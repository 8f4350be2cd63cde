"""Puts a backup in the place of what is there, and destroys again every key whose erasure anybody recorded."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.erasure import reapply_erasures
from baoxue_shared.privacy.sealer import Sealer

from baoxue_deploy.backup import EXPIRES, is_expired
from baoxue_deploy.places import Places


class ExpiredKeysError(Exception):
    """The time of this backup's keys is over: what was erased since must not come back."""


async def put_back(services: Iterable[str], backup: Path, keys: Path, places: Places) -> dict[str, int]:
    """While nothing runs. Service → erasures applied again; what was there lies aside. ExpiredKeysError.

    An erasure counts whether the restored history records it or the one that is replaced: it may be younger than both
    the backup and its keys.
    """
    if is_expired(keys):
        raise ExpiredKeysError(str(keys))
    aside = places.root / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir()
    applied = {}
    if places.keys.exists():
        shutil.move(places.keys, aside / "keys")
    shutil.copytree(keys, places.keys, ignore=shutil.ignore_patterns(EXPIRES))
    for service in services:
        for file in places.root.glob(f"{service}.sqlite3*"):
            shutil.move(file, aside / file.name)
        shutil.copyfile(backup / f"{service}.sqlite3", places.database(service))
        applied[service] = await _erased_again(service, places, aside / f"{service}.sqlite3")
    return applied


async def _erased_again(service: str, places: Places, replaced: Path) -> int:
    sealer, applied = Sealer.open_store(places.keys, service), 0
    try:
        for database in (places.database(service), replaced):
            if database.exists():
                store = open_store(f"sqlite:///{database}", service)
                applied = max(applied, await reapply_erasures(store, sealer))
                await store.close()
    finally:
        sealer.close()
    return applied
