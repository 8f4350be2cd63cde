"""Seals the history into the log: leaves in order, tiles and the signed checkpoint in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import takewhile

import structlog

from baoxue_shared.evidence.checkpoint import Checkpoint, origin_of, read_checkpoint
from baoxue_shared.evidence.entry import encode_stored
from baoxue_shared.evidence.log import EvidenceLog, Sealed
from baoxue_shared.evidence.merkle import HASH
from baoxue_shared.evidence.note import read_note
from baoxue_shared.evidence.tree import Place, Tree, edge_places, width_of
from baoxue_shared.history.store import Stored
from baoxue_shared.history.unit import SqlValue, Statement

PAGE = 4096  # events
POLL, LINGER, PAUSE = 1.0, 0.1, 0.5  # seconds: look anyway; gather what comes together; after a fault
log = structlog.get_logger()


class BrokenLogError(Exception):
    """The tiles, the checkpoint and the history do not fit together: nothing is signed until somebody has looked."""


class Sealing:
    """Whatever was recorded is sealed within moments; after a crash it goes on where the checkpoint stands.

    `halt` raises while nothing may be signed.
    """

    def __init__(self, log: EvidenceLog, halt: Callable[[], None] = lambda: None) -> None:
        self._log, self._store, self._halt = log, log.store, halt
        self.sealed = Sealed(0, 1, 0, "")
        self._tree = Tree()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.load()
                while True:
                    if not await self.seal():
                        await self._store.wait_beyond(self.sealed.last, POLL)
                        await asyncio.sleep(LINGER)
            except Exception as error:  # noqa: BLE001 - told, then tried again from the database
                log.warning("sealing waits", error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def load(self) -> None:
        """The right edge as the database holds it. BrokenLogError if it is not the checkpoint's."""
        self.sealed = sealed = await self._log.sealed()
        tiles = await self._log.tiles(sealed.epoch, edge_places(sealed.size))
        edge = [tiles.get(place, b"")[: width_of(sealed.size, place) * HASH] for place in edge_places(sealed.size)]
        self._tree = Tree(sealed.size, edge)
        checkpoint = read_checkpoint(read_note(sealed.note).text)
        if self._tree.root() != checkpoint.root:
            message = f"{checkpoint.origin}: the tiles do not make the root of the checkpoint of {checkpoint.size}"
            raise BrokenLogError(message)

    async def seal(self) -> int:
        """Seal the next page of the history; how many events. BrokenLogError."""
        rows = await self._store.stored(after=self.sealed.last, limit=PAGE)
        if not rows:
            return 0
        self._halt()
        epoch = rows[0][1]
        if epoch != self.sealed.epoch:
            self._begin(epoch, rows[0][0])
        rows = list(takewhile(lambda row: row[1] == epoch, rows))
        if [row[0] for row in rows] != list(range(self.sealed.last + 1, self.sealed.last + 1 + len(rows))):
            message = f"positions after {self.sealed.last} are not gapless"
            raise BrokenLogError(message)
        tree = Tree(self._tree.size, self._tree.edge)
        changed = tree.extend(leaves_of(rows))
        await self._write(tree, changed)
        return len(rows)

    def _begin(self, epoch: int, first: int) -> None:
        """A log of its own for each epoch."""
        if epoch < self.sealed.epoch:
            message = f"position {first} is of epoch {epoch} after {self.sealed.epoch}"
            raise BrokenLogError(message)
        self.sealed, self._tree = Sealed(epoch, first, 0, ""), Tree()

    async def _write(self, tree: Tree, changed: dict[Place, bytes]) -> None:
        before, epoch = self.sealed, self.sealed.epoch
        checkpoint = Checkpoint(origin_of(self._log.name, epoch), tree.size, tree.root())
        after = before._replace(size=tree.size, note=str(self._log.signed(checkpoint, epoch)))
        known = {place for place in changed if width_of(before.size, place)}
        statements = [
            Statement(
                f"update {self._log.service}_tiles set hashes = :hashes"
                " where epoch = :epoch and level = :level and tile = :tile",
                {"epoch": epoch, "level": place[0], "tile": place[1], "hashes": changed[place]},
            )
            for place in known
        ]
        statements += self._new_tiles({place: changed[place] for place in changed if place not in known})
        await self._store.execute([*statements, self._checkpoint(before, after)])
        self.sealed, self._tree = after, tree

    def _new_tiles(self, tiles: dict[Place, bytes]) -> Sequence[Statement]:
        if not tiles:
            return []
        values: dict[str, SqlValue] = {"epoch": self.sealed.epoch}
        for n, ((level, tile), hashes) in enumerate(tiles.items()):
            values |= {f"l{n}": level, f"t{n}": tile, f"h{n}": hashes}
        rows = ", ".join(f"(:epoch, :l{n}, :t{n}, :h{n})" for n in range(len(tiles)))
        return [Statement(f"insert into {self._log.service}_tiles values {rows}", values)]

    def _checkpoint(self, before: Sealed, after: Sealed) -> Statement:
        values: dict[str, SqlValue] = {
            "epoch": after.epoch,
            "first": after.first,
            "size": after.size,
            "note": after.note,
        }
        table = f"{self._log.service}_checkpoints"
        if before.size == 0:
            return Statement(f"insert into {table} values (:epoch, :first, :size, :note)", values)
        return Statement(
            f"update {table} set size = :size, note = :note where epoch = :epoch and first = :first", values
        )


def leaves_of(rows: Sequence[Stored]) -> bytes:
    """Leaf hashes of rows, one after another. BadEntryError."""
    return b"".join([sha256(b"\0" + encode_stored(row)).digest() for row in rows])
