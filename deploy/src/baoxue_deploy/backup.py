"""A backup: each service's history in one SQLite file, the keys apart from it, and a manifest of what is in them."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from baoxue_shared.history.opening import is_sqlite, path_of
from baoxue_shared.history.sqlite import migrate_sqlite

MANIFEST, EXPIRES = "manifest.json", "expires.json"
ROUNDS = 5  # a reader may have read what came after its publisher was copied
WITHOUT_VIEWS = "reader not in (select name from {service}_views)"  # views are not copied: they begin anew
TABLES = ("events", "requests", "positions", "parked", "read_log", "tiles", "checkpoints", "cosignatures")
PAGE = 5000


class UnsettledError(Exception):
    """Readers kept running ahead of the copies of what they read."""


class NotEmptyError(Exception):
    """There is something where the backup should go."""


def back_up(stores: Mapping[str, str], keys: Path, out: Path, keys_out: Path, keep: timedelta) -> dict[str, Any]:
    """While all runs. The manifest; NotEmptyError; UnsettledError."""
    for folder in (out, keys_out):
        if folder.exists() and any(folder.iterdir()):
            raise NotEmptyError(str(folder))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copied: dict[str, Path] = {}
    wanted = dict(stores)
    for _ in range(ROUNDS):
        for service, address in wanted.items():
            copied[service] = out / f"{service}.sqlite3"
            _copy(service, address, copied[service])
        if not (behind := _behind(copied)):
            break
        wanted = {service: stores[service] for service in behind}
    else:
        raise UnsettledError
    expires = _keep_keys(keys, keys_out, keep)
    told = {service: _told(service, path) for service, path in copied.items()}
    manifest = {"format": 1, "made_at": _now(), "services": told, "keys": str(keys_out), "keys_expire": expires}
    (out / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    return manifest


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _copy(service: str, address: str, path: Path) -> None:
    """One transaction's view of it: the file itself, or, of PostgreSQL, its rows."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    if is_sqlite(address):
        copy_file(path_of(address), draft)
    else:
        _copy_rows(service, address, draft)
    draft.replace(path)


def copy_file(path: Path, target: Path) -> None:
    """A SQLite database as of one instant."""
    read = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    with closing(read) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)


def _copy_rows(service: str, address: str, path: Path) -> None:
    migrate_sqlite(path, service)
    with psycopg.connect(address) as source, closing(sqlite3.connect(path)) as target:
        source.execute("set transaction isolation level repeatable read, read only")
        for table in TABLES:
            with source.cursor(name="copied") as cursor:
                sql = f"select * from {service}_{table}"
                if table in {"positions", "parked"}:
                    sql += f" where {WITHOUT_VIEWS.format(service=service)}"
                cursor.execute(sql.encode())
                while rows := cursor.fetchmany(PAGE):
                    places = ",".join("?" * len(rows[0]))
                    values = [
                        [str(v) if hasattr(v, "hex") and not isinstance(v, bytes) else v for v in r] for r in rows
                    ]
                    target.executemany(f"insert into {service}_{table} values ({places})", values)
        target.commit()


def _behind(copied: Mapping[str, Path]) -> set[str]:
    """Publishers of whose history a copied reader knows more than the copy holds."""
    last, read = {}, []
    for service, path in copied.items():
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            last[service] = database.execute(f"select coalesce(max(position), 0) from {service}_events").fetchone()[0]
            read += database.execute(f"select publisher, max(position) from {service}_positions group by 1").fetchall()
    return {publisher for publisher, position in read if position > last.get(publisher, position)}


def _told(service: str, path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        (last,) = database.execute(f"select coalesce(max(position), 0) from {service}_events").fetchone()
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return {"last": last, "sha256": digest.hexdigest()}


def _keep_keys(keys: Path, out: Path, keep: timedelta) -> str:
    """Apart from the histories, and only for a time: an erasure must reach the last copy of a key in the end."""
    out.chmod(0o700)
    for file in sorted(keys.iterdir()):
        target = out / file.name
        if file.name.endswith(".sqlite3"):
            copy_file(file, target)
        elif not file.name.endswith(("-wal", "-shm")):
            shutil.copyfile(file, target)
        else:
            continue
        target.chmod(0o600)
    expires = (datetime.now(UTC) + keep).isoformat(timespec="seconds")
    (out / EXPIRES).write_text(json.dumps({"expires": expires}), "utf-8")
    forget_expired(out.parent)
    return expires


def forget_expired(folder: Path) -> list[Path]:
    """Key backups beside this one whose time is over are destroyed; which."""
    gone = []
    for mark in folder.glob(f"*/{EXPIRES}"):
        if is_expired(mark.parent):
            shutil.rmtree(mark.parent)
            gone.append(mark.parent)
    return gone


def is_expired(keys: Path) -> bool:
    expires: str = json.loads((keys / EXPIRES).read_text("utf-8"))["expires"]
    return datetime.fromisoformat(expires) <= datetime.now(UTC)
