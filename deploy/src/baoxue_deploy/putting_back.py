"""Makes a backup ready to take the place of what is there, and destroys again every key whose erasure was recorded."""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from baoxue_shared.clock import Clock, SystemClock
from baoxue_shared.evidence.keys import SigningKeys, log_key_file
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.history.opening import UnfitStoreError, open_store
from baoxue_shared.history.restoration import Loss, Word, begin_epoch
from baoxue_shared.history.sqlite import migrate_sqlite
from baoxue_shared.history.store import Store, UnreachableStoreError
from baoxue_shared.privacy.erasure import erased_children
from baoxue_shared.privacy.sealer import Sealer

from baoxue_deploy.backup import EXPIRES, copy_file, is_expired
from baoxue_deploy.places import Places
from baoxue_deploy.switching import OnServer, decide, finish, staging
from baoxue_deploy.trust import COUNTY, log_name

YOUNGER = ("*.log-key", "*.witness-key", "*.witness.sqlite3")  # what is there is never older than the backup's


class ExpiredKeysError(Exception):
    """The time of this backup's keys is over: what was erased since must not come back."""


class BusyError(Exception):
    """Somebody else works on what a restore makes ready."""


@dataclass
class Restore:
    """`present`: addresses of the histories that are replaced; `losses`: by service, where an epoch begins on `word`.

    `load`: puts a database that is ready on a server; `rename`: lets it take its place there.
    """

    services: Iterable[str]
    backup: Path
    keys: Path
    present: Mapping[str, str] = field(default_factory=dict)
    losses: Mapping[str, Loss] = field(default_factory=dict)
    word: Word | None = None
    clock: Clock = field(default_factory=SystemClock)
    load: OnServer | None = None
    rename: OnServer | None = None


async def put_back(restore: Restore, places: Places) -> dict[str, int]:
    """While nothing runs. Service → erasures applied again; what was there lies aside. ExpiredKeysError.

    An erasure counts whichever history records it, the restored ones or those that are replaced: it may be younger
    than both the backup and its keys.
    """
    if is_expired(restore.keys):
        raise ExpiredKeysError(str(restore.keys))
    finish(places, restore.rename)
    applied = await _made_ready(restore, places)
    decide(places, restore.services)
    finish(places, restore.rename)
    return applied


async def _made_ready(restore: Restore, places: Places) -> dict[str, int]:
    ready = staging(places)
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(parents=True, mode=0o700)
    shutil.copytree(restore.keys, ready / "keys", ignore=shutil.ignore_patterns(EXPIRES))
    _keep_younger(places.keys, ready / "keys")
    stores = {service: _copied(restore.backup, ready, service) for service in restore.services}
    erased = {child for service, store in stores.items() for child in await erased_children(store)}
    for service, address in restore.present.items():
        erased |= await _erased_there(service, address)
    for service, store in stores.items():
        await _destroy(ready / "keys", service, erased)
        if (loss := restore.losses.get(service)) is not None and restore.word is not None:
            await begin_epoch(store, restore.clock, COUNTY, loss, restore.word)
            await _sealed(store, ready / "keys")
        await store.close()
        _settle(ready / f"{service}.sqlite3")
        if restore.load is not None:
            restore.load(service, str(ready / f"{service}.sqlite3"))
            (ready / f"{service}.sqlite3").unlink()
    return dict.fromkeys(stores, len(erased))


def _copied(backup: Path, ready: Path, service: str) -> Store:
    path = ready / f"{service}.sqlite3"
    shutil.copyfile(backup / path.name, path)
    migrate_sqlite(path, service)
    return open_store(f"sqlite:///{path}", service)


def _keep_younger(present: Path, ready: Path) -> None:
    """An older witness forgets what it signed, an older key file what it was rotated to."""
    for file in (path for pattern in YOUNGER for path in present.glob(pattern)):
        target = ready / file.name
        target.unlink(missing_ok=True)
        if file.suffix == ".sqlite3":
            copy_file(file, target)
        else:
            shutil.copyfile(file, target)
        target.chmod(0o600)


async def _erased_there(service: str, address: str) -> set[UUID]:
    """Nothing where the history that is replaced cannot be read any more."""
    with suppress(sqlite3.Error, UnfitStoreError, UnreachableStoreError):
        store = open_store(address, service)
        try:
            return set(await erased_children(store))
        finally:
            await store.close()
    return set()


async def _destroy(keys: Path, service: str, erased: set[UUID]) -> None:
    sealer = Sealer.open_store(keys, service)
    try:
        for child in erased:
            await sealer.destroy(child)
    finally:
        sealer.close()


async def _sealed(store: Store, keys: Path) -> None:
    """The end of the old epoch and the first leaf of the new one, before anybody asks."""
    signing = SigningKeys.open_file(log_key_file(keys, store.service))
    sealing = Sealing(EvidenceLog(store, log_name(store.service), signing))
    await sealing.load()
    while await sealing.seal():
        pass


def _settle(path: Path) -> None:
    """All in one file: what stands beside it stays behind. BusyError."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        (busy, *_) = database.execute("pragma wal_checkpoint(truncate)").fetchone()
    if busy:
        raise BusyError(str(path))
