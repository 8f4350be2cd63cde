"""A service's keys, apart from its history: one per child, wrapped by a master key, destroyed at erasure."""

import fcntl
import mmap
import os
import secrets
import sqlite3
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from baoxue_shared.inserting import insert_rows
from baoxue_shared.randomness import random_bytes

_SCHEMA = """
create table if not exists keys (child_id text primary key, key_id text not null, wrapped blob) without rowid;
create table if not exists lookups (lookup text primary key, child_id text not null) without rowid;
"""


_MARK = struct.Struct("<q")
CACHE = "cache_size = -16384"  # KiB: entries lie at random, a register asks for all of them
ASKED = 1000  # look-up entries in one question


def owned_file(path: Path, content: bytes) -> bytes:
    """Create a 0600 file once, whole or not at all; whoever comes second reads the first one's."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return path.read_bytes()


class Erasures:
    """A mark that all processes of a service map, another one after each erasure: read without asking the database."""

    def __init__(self, path: Path) -> None:
        owned_file(path, bytes(_MARK.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _MARK.size)

    def mark(self) -> int:
        mark: int = _MARK.unpack(self._map[: _MARK.size])[0]
        return mark

    def one_more(self) -> None:
        """At random: of two erasures at once, none can undo the other's sign as a count would."""
        self._map[: _MARK.size] = secrets.token_bytes(_MARK.size)


class KeyStore:
    """Durable before it answers. A wrapped key that is null is a tombstone: that child was erased."""

    def __init__(self, folder: Path, service: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._master = AESGCM(owned_file(folder / f"{service}.master", secrets.token_bytes(32)))
        self.secret = owned_file(folder / f"{service}.hmac", secrets.token_bytes(32))
        path = folder / f"{service}.keys.sqlite3"
        owned_file(path, b"")
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        with (folder / f"{service}.hmac").open("rb") as turn:  # SQLite's own patience fails where many set up at once
            fcntl.flock(turn, fcntl.LOCK_EX)
            for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on", CACHE):
                self._db.execute(f"pragma {pragma}")
            self._db.executescript(_SCHEMA)
        self._reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._erasures = Erasures(folder / f"{service}.erasures")

    def close(self) -> None:
        self._reader.close()
        self._db.close()

    def erasures(self) -> int:
        """Another number after each erasure, by any process: whoever remembers keys forgets them then."""
        return self._erasures.mark()

    def ensure(self, made: Mapping[UUID, tuple[UUID, bytes]]) -> dict[UUID, tuple[UUID, bytes | None]]:
        """Store these keys durably; each child's key as stored: its own if it had one before, None: erased."""
        with self._lock:
            self._db.execute("begin immediate")
            before = self._db.total_changes
            insert_rows(self._db, "or ignore into keys", [self._wrapped(child, *key) for child, key in made.items()])
            new = self._db.total_changes - before
            found = dict(made) if new == len(made) else {child: self._stored(self._db, child) for child in made}
            self._db.execute("commit")
        return {child: key for child, key in found.items() if key is not None}

    def _wrapped(self, child: UUID, key_id: UUID, key: bytes) -> tuple[str, str, bytes]:
        nonce = random_bytes(12)
        return str(child), str(key_id), nonce + self._master.encrypt(nonce, key, child.bytes)

    def key(self, child_id: UUID) -> tuple[UUID, bytes | None] | None:
        """Some microseconds; it never waits for a writer."""
        with self._reading:
            return self._stored(self._reader, child_id)

    def _stored(self, connection: sqlite3.Connection, child_id: UUID) -> tuple[UUID, bytes | None] | None:
        row = connection.execute("select key_id, wrapped from keys where child_id = ?", (str(child_id),)).fetchone()
        if row is None:
            return None
        wrapped: bytes | None = row[1]
        key = None if wrapped is None else self._master.decrypt(wrapped[:12], wrapped[12:], child_id.bytes)
        return UUID(row[0]), key

    def destroy(self, child_id: UUID) -> None:
        """Leaves a tombstone, so that no new key is ever made for the child."""
        with self._lock:
            self._db.execute("begin immediate")
            self._db.execute("delete from lookups where child_id = ?", (str(child_id),))
            self._db.execute(
                "insert into keys values (?,?,null) on conflict (child_id) do update set wrapped = null",
                (str(child_id), str(uuid4())),
            )
            self._db.execute("commit")
            self._erasures.one_more()  # after a crash before this line, the next start destroys, and marks, again
            self._db.execute("pragma wal_checkpoint(truncate)")

    def claim(self, wanted: Mapping[str, UUID]) -> dict[str, UUID]:
        """Whose each look-up entry is, in one commit: the wanted child's where it was nobody's."""
        with self._lock:
            self._db.execute("begin immediate")
            before = self._db.total_changes
            insert_rows(self._db, "or ignore into lookups", [(text, str(child)) for text, child in wanted.items()])
            new = self._db.total_changes - before
            found = dict(wanted) if new == len(wanted) else self._found(list(wanted))
            self._db.execute("commit")
        return found

    def find(self, lookups: Sequence[str]) -> dict[str, UUID]:
        """Whose each is; those of nobody are left out."""
        with self._lock:
            return self._found(lookups)

    def _found(self, lookups: Sequence[str]) -> dict[str, UUID]:
        found: dict[str, UUID] = {}
        for at in range(0, len(lookups), ASKED):
            some = lookups[at : at + ASKED]
            sql = f"select lookup, child_id from lookups where lookup in ({','.join('?' * len(some))})"
            found |= {lookup: UUID(child) for lookup, child in self._db.execute(sql, some)}
        return found

    def lookups(self) -> Iterator[tuple[str, UUID]]:
        """All of them, in bounded memory."""
        with self._reading:
            cursor = self._reader.execute("select lookup, child_id from lookups")
            yield from ((lookup, UUID(child)) for lookup, child in cursor)
