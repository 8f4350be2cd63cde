"""A service's own evidence log, as its database holds it: checkpoints, tiles, entries."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.evidence.checkpoint import Checkpoint, origin_of, read_checkpoint
from baoxue_shared.evidence.entry import bundle, encode_stored
from baoxue_shared.evidence.head import Head
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.merkle import EMPTY_ROOT, HASH, Range, proof
from baoxue_shared.evidence.note import Note, Signer, read_note
from baoxue_shared.evidence.restored import TOPIC
from baoxue_shared.evidence.tree import WIDTH, Place, nodes_in, places_of
from baoxue_shared.history.schema import FIRST_EPOCH
from baoxue_shared.history.store import Store

LATELY = 64  # cosignatures that are looked through for the newest checkpoint that has enough of them


class Sealed(NamedTuple):
    """How far an epoch's log has come; `first` is the position of its first leaf."""

    epoch: int
    first: int
    size: int
    note: str

    @property
    def last(self) -> int:
        """The last position that is sealed."""
        return self.first + self.size - 1


class EvidenceLog:
    """`name`: the origin of the service's logs, without the epoch; `quorum`: cosignatures that publish a checkpoint."""

    def __init__(self, store: Store, name: str, keys: SigningKeys, quorum: int = 0) -> None:
        self.store, self.name, self.keys, self.quorum = store, name, keys, quorum
        self.service = store.service

    def signers(self, epoch: int) -> list[Signer]:
        return self.keys.signers(origin_of(self.name, epoch))

    def signed(self, checkpoint: Checkpoint, epoch: int) -> Note:
        return Note(checkpoint.text, tuple(signer.sign(checkpoint.text) for signer in self.signers(epoch)))

    async def sealed(self, epoch: int | None = None) -> Sealed:
        """The newest epoch's, or that one's; before the first event an empty tree."""
        wanted = "" if epoch is None else "where epoch = :epoch"
        sql = f"select epoch, first, size, note from {self.service}_checkpoints {wanted} order by epoch desc limit 1"
        found = await self.store.fetch(sql, {} if epoch is None else {"epoch": epoch})
        if not found:
            number = epoch or FIRST_EPOCH
            empty = Checkpoint(origin_of(self.name, number), 0, EMPTY_ROOT)
            return Sealed(number, 1, 0, str(self.signed(empty, number)))
        row = found[0]
        return Sealed(int(row["epoch"] or 0), int(row["first"] or 0), int(row["size"] or 0), str(row["note"]))

    async def published(self, epoch: int | None = None) -> Note:
        """The newest checkpoint with enough cosignatures; the newest sealed one where none are wanted or there yet."""
        sealed = await self.sealed(epoch)
        found = await self.store.fetch(
            f"select note from {self.service}_cosignatures where epoch = :epoch order by size desc limit {LATELY}",
            {"epoch": sealed.epoch},
        )
        by_text: dict[str, list[Note]] = {}
        for row in found:
            note = read_note(str(row["note"]))
            by_text.setdefault(note.text, []).append(note)
        for notes in by_text.values():
            if self.quorum and len(notes) >= self.quorum:
                return notes[0].more(s for note in notes for s in note.signatures)
        return read_note(sealed.note)

    async def statement(self, epoch: int) -> bytes | None:
        """The state of the restore statement that began an epoch: nothing personal is in it. None for any other."""
        sealed = await self.sealed(epoch)
        rows = await self.store.stored(after=sealed.first - 1, limit=1) if sealed.size else []
        return bytes(rows[0][8]) if rows and rows[0][4] == TOPIC else None

    async def head(self, originator_id: UUID) -> Note | None:
        """Of what is published; None if no event of it is."""
        checkpoint = read_checkpoint((await self.published()).text)
        sealed = await self.sealed()
        found = await self.store.fetch(
            f"select originator_version, position from {self.service}_events where originator_id = :id"
            " and position between :first and :last order by originator_version desc limit 1",
            {"id": str(originator_id), "first": sealed.first, "last": sealed.first + checkpoint.size - 1},
        )
        if not found:
            return None
        version, position = int(found[0]["originator_version"] or 0), int(found[0]["position"] or 0)
        head = Head(checkpoint.origin, originator_id, version, position - sealed.first, checkpoint.size)
        return Note(head.text, tuple(signer.sign(head.text) for signer in self.signers(sealed.epoch)))

    async def cosigned_size(self, epoch: int) -> int:
        """How much of the log enough witnesses have seen."""
        checkpoint = read_checkpoint((await self.published(epoch)).text)
        found = await self.store.fetch(
            f"select count(*) as n from {self.service}_cosignatures where epoch = :epoch and size = :size",
            {"epoch": epoch, "size": checkpoint.size},
        )
        return checkpoint.size if int(found[0]["n"] or 0) >= self.quorum else 0

    async def tile(self, epoch: int, place: Place, width: int = WIDTH) -> bytes | None:
        """So many hashes; None if the tile has fewer."""
        hashes = (await self.tiles(epoch, [place])).get(place, b"")[: width * HASH]
        return hashes if len(hashes) == width * HASH else None

    async def tiles(self, epoch: int, places: Iterable[Place]) -> Mapping[Place, bytes]:
        """Those that are there."""
        places = list(places)
        wanted = {f"l{n}": level for n, (level, _) in enumerate(places)}
        wanted |= {f"t{n}": tile for n, (_, tile) in enumerate(places)}
        either = " or ".join(f"(level = :l{n} and tile = :t{n})" for n in range(len(places)))
        found = await self.store.fetch(
            f"select level, tile, hashes from {self.service}_tiles where epoch = :epoch and ({either or '1 = 0'})",
            {"epoch": epoch, **wanted},
        )
        return {(row["level"], row["tile"]): row["hashes"] for row in found}  # type: ignore[misc]

    async def proof(self, epoch: int, path: list[Range]) -> list[bytes]:
        """LookupError where a tile is missing."""
        return proof(nodes_in(await self.tiles(epoch, places_of(path))), path)

    async def entries(self, sealed: Sealed, number: int, width: int = WIDTH) -> bytes | None:
        """The entry bundle of a tile; None beyond what is sealed. Made anew from the history."""
        start = number * WIDTH
        if start + width > sealed.size:
            return None
        rows = await self.store.stored(after=sealed.first + start - 1, limit=width)
        return bundle(map(encode_stored, rows))
