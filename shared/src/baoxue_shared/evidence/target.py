"""What is verified: a database file or address, or a running service; read as it stands, never changed."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import httpx
import psycopg

from baoxue_shared.evidence.checkpoint import epoch_of, read_checkpoint
from baoxue_shared.evidence.entry import decode, unbundle
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.merkle import HASH
from baoxue_shared.evidence.note import BadNoteError, Note, read_note
from baoxue_shared.evidence.tree import WIDTH, Place, path_of
from baoxue_shared.evidence.walk import UNKNOWN
from baoxue_shared.history.opening import SQLITE, is_sqlite
from baoxue_shared.history.opening import path_of as file_of
from baoxue_shared.history.store import STORED, Stored

_EVENTS = re.compile(r"(\w+)_events")


class UnreachableTargetError(Exception):
    """What is to be verified is not there, or is no log of ours; the message says so."""


class Target(Protocol):
    """One service's logs."""

    service: str
    whole: bool  # whether rows come with their states

    def logs(self) -> list[Sealed]:
        """Each epoch's, oldest first."""
        ...

    def notes(self, epoch: int) -> Iterator[Note]:
        """Cosigned checkpoints, newest first, then the newest sealed one. BadNoteError."""
        ...

    def tile(self, epoch: int, place: Place, width: int) -> bytes:
        """As many of the hashes as there are."""
        ...

    def rows(self, after: int, limit: int) -> Sequence[Stored]: ...

    def first(self, log: Sealed) -> tuple[str, bytes]:
        """Topic and state of a log's first event; the state is empty where it cannot be had as it was sealed."""
        ...

    def entries(self, sealed: Sealed, number: int, width: int) -> list[bytes]: ...

    def version_before(self, originator_id: str, position: int, /) -> int: ...

    def close(self) -> None: ...


class DatabaseTarget:
    """A database that may be anybody's: SQL only, no application code touches it."""

    whole = True

    def __init__(self, address: str) -> None:
        self._sqlite = is_sqlite(address)
        try:
            self._db: Any = (
                sqlite3.connect(f"file:{file_of(address).resolve()}?mode=ro", uri=True)
                if self._sqlite
                else psycopg.connect(address, autocommit=True)
            )
            self.service = self._service()
        except (sqlite3.Error, psycopg.Error) as error:
            message = f"{address}: {error}"
            raise UnreachableTargetError(message) from error

    def _service(self) -> str:
        """UnreachableTargetError."""
        tables = "select name from sqlite_master where type = 'table'"
        if not self._sqlite:
            tables = "select table_name from information_schema.tables"
        names = {name for (name,) in self._select(tables)}
        found = [m[1] for m in map(_EVENTS.fullmatch, sorted(names)) if m and f"{m[1]}_checkpoints" in names]
        if len(found) != 1:
            message = "不是一个服务的数据库，或还没有证据表（先 migrate）/ not a service's database, or not migrated"
            raise UnreachableTargetError(message)
        if not self._sqlite:
            self._db.execute(f"set search_path = {found[0]}")
        return found[0]

    def _select(self, sql: str, *params: object) -> list[Any]:
        found: list[Any] = self._db.execute(sql if self._sqlite else sql.replace("?", "%s"), params).fetchall()
        return found

    def logs(self) -> list[Sealed]:
        sql = f"select epoch, first, size, note from {self.service}_checkpoints order by epoch"
        return [Sealed(*row) for row in self._select(sql)]

    def notes(self, epoch: int) -> Iterator[Note]:
        merged: Note | None = None
        sql = f"select note from {self.service}_cosignatures where epoch = ? order by size desc"
        for (text,) in self._select(sql, epoch):
            note = read_note(text)
            if merged is not None and note.text == merged.text:
                merged = merged.more(note.signatures)
                continue
            if merged is not None:
                yield merged
            merged = note
        if merged is not None:
            yield merged
        for (text,) in self._select(f"select note from {self.service}_checkpoints where epoch = ?", epoch):
            yield read_note(text)

    def tile(self, epoch: int, place: Place, width: int) -> bytes:
        sql = f"select hashes from {self.service}_tiles where epoch = ? and level = ? and tile = ?"
        found = self._select(sql, epoch, *place)
        return bytes(found[0][0])[: width * HASH] if found else b""

    def rows(self, after: int, limit: int) -> Sequence[Stored]:
        sql = f"select {STORED} from {self.service}_events where position > ? order by position limit ?"
        rows = self._select(sql, after, limit)
        return rows if self._sqlite else [(p, e, str(identity), *rest) for p, e, identity, *rest in rows]

    def first(self, log: Sealed) -> tuple[str, bytes]:
        found = self.rows(log.first - 1, 1)
        return (found[0][4], bytes(found[0][8])) if found and found[0][:2] == (log.first, log.epoch) else ("", b"")

    def entries(self, sealed: Sealed, number: int, width: int) -> list[bytes]:
        raise NotImplementedError

    def version_before(self, originator_id: str, position: int, /) -> int:
        sql = f"select max(originator_version) from {self.service}_events where originator_id = ? and position < ?"
        return int(self._select(sql, originator_id, position)[0][0] or 0)

    def close(self) -> None:
        self._db.close()


class ServiceTarget:
    """A running service, from outside: checkpoint, tiles, entry bundles; states are not told."""

    whole = False

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30)
        self.service = url
        self._note = self._newest("")

    def _get(self, path: str) -> bytes | None:
        """None: not there. UnreachableTargetError."""
        try:
            answer = self._http.get(path)
        except httpx.HTTPError as error:
            message = f"{self.service}: {error}"
            raise UnreachableTargetError(message) from error
        return answer.content if answer.is_success else None

    def _newest(self, prefix: str) -> Note:
        return _note((self._get(f"{prefix}/checkpoint") or b"").decode(errors="replace"))

    def logs(self) -> list[Sealed]:
        """Older epochs by their own paths; `first` is told by each log's first entry. BadNoteError; BadEntryError."""
        _, newest = epoch_of(read_checkpoint(self._note.text).origin)
        notes = {n: self._newest(f"/epoch-{n}") for n in range(1, newest)} | {newest: self._note}
        return [self._log(epoch, note) for epoch, note in notes.items()]

    def _log(self, epoch: int, note: Note) -> Sealed:
        size = read_checkpoint(note.text).size
        log = Sealed(epoch, 1, size, str(note))
        found = self.entries(log, 0, min(size, WIDTH)) if size else []
        return log._replace(first=decode(found[0]).position) if found else log

    def notes(self, epoch: int) -> Iterator[Note]:
        yield self._newest(f"/epoch-{epoch}")

    def tile(self, epoch: int, place: Place, width: int) -> bytes:
        partial = f".p/{width}" if width < WIDTH else ""
        path = f"/epoch-{epoch}/tile/{place[0]}/{path_of(place[1])}"
        return (self._get(f"{path}{partial}") or self._get(path) or b"")[: width * HASH]

    def rows(self, after: int, limit: int) -> Sequence[Stored]:
        raise NotImplementedError

    def first(self, log: Sealed) -> tuple[str, bytes]:
        found = self.entries(log, 0, 1) if log.size else []
        state = self._get(f"/epoch-{log.epoch}/statement") or b""
        if not found:
            return "", b""
        entry = decode(found[0])
        return entry.topic, state if sha256(state).digest() == entry.state_hash else b""

    def entries(self, sealed: Sealed, number: int, width: int) -> list[bytes]:
        partial = f".p/{width}" if width < WIDTH else ""
        path = f"/epoch-{sealed.epoch}/tile/entries/{path_of(number)}"
        return list(unbundle(self._get(f"{path}{partial}") or self._get(path) or b""))[:width]

    def version_before(self, _: str, __: int, /) -> int:
        return UNKNOWN

    def close(self) -> None:
        self._http.close()


def _note(text: str) -> Note:
    """UnreachableTargetError."""
    try:
        note = read_note(text)
        read_checkpoint(note.text)
    except BadNoteError as error:
        message = f"检查点读不出 / the checkpoint cannot be read: {error}"
        raise UnreachableTargetError(message) from error
    return note


def open_target(target: str) -> Target:
    """A file, `sqlite:///…`, `postgresql://…`, or `http://…`. UnreachableTargetError."""
    if target.startswith(("http://", "https://")):
        return ServiceTarget(target)
    if target.startswith((SQLITE, "postgresql://")):
        return DatabaseTarget(target)
    if not Path(target).is_file():
        message = f"没有这个文件 / no such file: {target}"
        raise UnreachableTargetError(message)
    return DatabaseTarget(f"{SQLITE}{target}")
