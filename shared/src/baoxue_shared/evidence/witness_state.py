"""What a witness has signed and what it refused: one small durable file, outside every history."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from baoxue_shared.privacy.keystore import owned_file

_SCHEMA = """
create table if not exists cosigned (origin text, size integer, root blob, note text, primary key (origin, size));
create table if not exists refused (
  number integer primary key autoincrement, kind text, origin text, at integer, kept text, given text,
  told integer not null default 0, unique (kind, origin, kept, given)
);
"""


class Cosigned(NamedTuple):
    """A checkpoint that was signed, or that a peer has signed."""

    size: int
    root: bytes
    note: str


class Refusal(NamedTuple):
    """`kept` and `given` are signed checkpoints of one log that cannot both be true of it."""

    kind: str  # fork, rewind, rewritten; epoch: a new one was signed, and the one before ends
    origin: str
    at: int
    kept: str
    given: str


class WitnessState:
    """Durable before it answers; several processes of one machine may share it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        owned_file(path, b"")
        self._turn = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        for pragma in ("journal_mode = wal", "synchronous = full"):
            self._db.execute(f"pragma {pragma}")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else looks or signs meanwhile; all or nothing."""
        with self._turn:
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def latest(self, origin: str) -> Cosigned | None:
        sql = "select size, root, note from cosigned where origin = ? order by size desc limit 1"
        row = self._db.execute(sql, (origin,)).fetchone()
        return Cosigned(*row) if row else None

    def newest(self, log: str) -> list[str]:
        """One note for each epoch of a log."""
        sql = "select note, max(size) from cosigned where origin like ? || '/epoch-%' group by origin"
        return [row[0] for row in self._db.execute(sql, (log,))]

    def at_size(self, origin: str, size: int) -> Cosigned | None:
        sql = "select size, root, note from cosigned where origin = ? and size = ?"
        row = self._db.execute(sql, (origin, size)).fetchone()
        return Cosigned(*row) if row else None

    def keep(self, origin: str, signed: Cosigned) -> None:
        self._db.execute("insert or replace into cosigned values (?,?,?,?)", (origin, *signed))

    def refuse(self, refusal: Refusal) -> bool:
        """False if the same was refused before."""
        sql = "insert or ignore into refused (kind, origin, at, kept, given) values (?,?,?,?,?)"
        return self._db.execute(sql, refusal).rowcount > 0

    def untold(self) -> list[tuple[int, Refusal]]:
        rows = self._db.execute("select number, kind, origin, at, kept, given from refused where told = 0").fetchall()
        return [(row[0], Refusal(*row[1:])) for row in rows]

    def was_told(self, number: int) -> None:
        self._db.execute("update refused set told = 1 where number = ?", (number,))
