"""Writes an evidence bundle from the services' databases (`evidence/bundle.md` tells the format)."""

import asyncio
import base64
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import msgspec

from baoxue_shared.evidence.bundle import (
    FORMAT,
    BundledLog,
    Contents,
    Proof,
    Selection,
    StatedHead,
    headers_name,
    note_name,
)
from baoxue_shared.evidence.checkpoint import read_checkpoint
from baoxue_shared.evidence.entry import bundle, encode_stored
from baoxue_shared.evidence.head import read_head
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.merkle import inclusion_path, proof
from baoxue_shared.evidence.note import Note, read_note
from baoxue_shared.evidence.target import Target, open_target
from baoxue_shared.evidence.tree import Place, nodes_in, places_of, width_of
from baoxue_shared.history.schema import FIRST_EPOCH
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.bundled import explaining, index_of
from baoxue_shared.replay.finding import Finding, about, each_row, where, whole
from baoxue_shared.replay.parquet import write_parquet
from baoxue_shared.replay.spool import Spool, row_of

Heads = Callable[[str, str], str | None]  # a service, a thing's id → a head statement's note
PAGE = 5000
MOST_TILES = 256  # that are kept in memory for the next proofs
LATELY = 64  # checkpoints that are looked through for the one with the most signatures


class RestlessLogError(Exception):
    """The log grew while head statements were asked for: they speak of different sizes."""


class TornLogError(Exception):
    """A log's tiles do not tell what a proof needs."""


def finding_of(selection: Selection) -> Finding:
    """ValueError for a value that fits no such question."""
    if selection.by in {"child", "case"}:
        return about(UUID(selection.value))
    if selection.by == "actor":
        return where("actor = :actor", {"actor": selection.value})
    if selection.by == "county":
        return where("jurisdiction like :area", {"area": f"{selection.value}%"})
    if selection.by == "period":
        after, until = (datetime.fromisoformat(t).astimezone(UTC).isoformat() for t in selection.value.split("/"))
        return where("recorded_at > :after and recorded_at <= :until", {"after": after, "until": until})
    return whole()


class Export:
    """One bundle in the making; `heads` asks the services, None where only headers can prove completeness."""

    def __init__(self, addresses: Mapping[str, str], selection: Selection, heads: Heads | None) -> None:
        self._addresses, self._selection, self._heads = addresses, selection, heads
        self.logs: dict[tuple[str, int], BundledLog] = {}
        self._concerned: set[tuple[str, int]] = set()
        self.beyond = 0

    def write(self, path: Path) -> Contents:
        """UnreachableTargetError; UnfitStoreError; TornLogError; RestlessLogError."""
        with (
            tempfile.TemporaryDirectory(prefix="baoxue-export-", dir=path.parent) as folder,
            zipfile.ZipFile(Path(folder) / "bundle", "w", zipfile.ZIP_DEFLATED) as file,
        ):
            targets = {service: open_target(address) for service, address in self._addresses.items()}
            if any(len(target.logs()) > 1 for target in targets.values()):
                self._heads = None  # a head statement speaks of one epoch
            heads = None if self._heads is None else asyncio.run(self._stated(self._heads))
            self._checkpoints(file, targets, heads)
            spool = Spool(Path(folder) / "events.jsonl")
            asyncio.run(spool.fill(self._found(targets), self._covers))
            self._drop_unconcerned()
            self._parts(file, targets, spool, heads)
            columns = Path(folder) / "events.parquet"
            asyncio.run(write_parquet(columns, spool.each()))
            file.write(columns, "events.parquet")
            contents = self._contents()
            file.writestr("bundle.json", msgspec.json.format(msgspec.json.encode(contents)))
            file.writestr("index.html", index_of(contents, spool))
            for name, text in explaining(spool.topics):
                file.writestr(name, text)
            file.close()
            (Path(folder) / "bundle").replace(path)
        return contents

    def _contents(self) -> Contents:
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        return Contents(FORMAT, self._selection, self._heads is None, tuple(self.logs.values()), made_at)

    def _checkpoints(
        self, file: zipfile.ZipFile, targets: Mapping[str, Target], heads: list[StatedHead] | None
    ) -> None:
        """Each log's checkpoint: the one that the head statements speak of, else the best. RestlessLogError."""
        sizes: dict[str, set[int]] = {}
        for stated in heads or ():
            head = read_head(read_note(stated.note).text)
            sizes.setdefault(head.origin, set()).add(head.size)
        for service, target in targets.items():
            for sealed in target.logs():
                wanted = sizes.get(read_checkpoint(read_note(sealed.note).text).origin)
                if heads is not None and wanted is None:
                    continue
                if (note := _note(target, sealed, wanted)) is not None:
                    size = read_checkpoint(note.text).size
                    self.logs[service, sealed.epoch] = BundledLog(service, sealed.epoch, sealed.first, size)
                    file.writestr(note_name(service, sealed.epoch), str(note))

    async def _found(self, targets: Mapping[str, Target]) -> AsyncIterator[tuple[str, Row]]:
        """What is asked for, and what began each later epoch: the epoch before ends in it."""
        later = {(s, log.first): s for s, target in targets.items() for log in target.logs() if log.epoch > FIRST_EPOCH}
        async for service, row in each_row(self._addresses, finding_of(self._selection)):
            later.pop((service, row.position), None)
            yield service, row
        for (_, first), service in later.items():
            yield service, row_of(targets[service].rows(first - 1, 1)[0])

    def _covers(self, service: str, row: Row) -> bool:
        """Whether a checkpoint does; what none covers is counted."""
        key = (service, row.epoch)
        log = self.logs.get(key)
        if log is not None and row.position < log.first + log.size:
            self._concerned.add(key)
            return True
        self.beyond += 1
        if log is not None:
            self.logs[key] = msgspec.structs.replace(log, beyond=log.beyond + 1)
        return False

    def _drop_unconcerned(self) -> None:
        """Logs of which nothing is here, but for those that follow one."""
        if self._selection.by != "everything":
            concerned = self._concerned
            concerned |= {key for key in self.logs if any(key[0] == s and key[1] > epoch for s, epoch in concerned)}
            self.logs = {key: log for key, log in self.logs.items() if key in concerned}

    def _parts(
        self,
        file: zipfile.ZipFile,
        targets: Mapping[str, Target],
        rows: Spool,
        heads: list[StatedHead] | None,
    ) -> None:
        file.write(rows.path, "events.jsonl")
        if heads is None:
            for (service, epoch), log in self.logs.items():
                _write(file, headers_name(service, epoch), map(bundle, _headers(targets[service], log)))
        else:
            _write(file, "heads.jsonl", _lines(heads))
        if self._selection.by != "everything" or heads is not None:
            _write(file, "proofs.jsonl", _lines(self._proofs(targets, rows)))

    async def _stated(self, heads: Heads) -> list[StatedHead]:
        """Of what is published: a thing that is not covered yet has none."""
        found = each_row(self._addresses, finding_of(self._selection))
        things = dict.fromkeys([(service, str(row.originator_id)) async for service, row in found])
        notes = ((service, heads(service, identity)) for service, identity in things)
        return [StatedHead(service, note) for service, note in notes if note is not None]

    def _proofs(self, targets: Mapping[str, Target], rows: Spool) -> Iterator[Proof]:
        tiles: dict[tuple[str, int], dict[Place, bytes]] = {}
        for service, row in rows:
            log, known = self.logs[service, row.epoch], tiles.setdefault((service, row.epoch), {})
            leaf = row.position - log.first
            path = inclusion_path(leaf, log.size)
            if len(known) > MOST_TILES:
                known.clear()
            for place in places_of(path) - known.keys():
                known[place] = targets[service].tile(log.epoch, place, width_of(log.size, place))
            try:
                hashes = proof(nodes_in(known), path)
            except LookupError as error:
                message = f"{service}: {error}"
                raise TornLogError(message) from error
            yield Proof(service, row.epoch, leaf, tuple(base64.b64encode(one).decode() for one in hashes))


def _note(target: Target, sealed: Sealed, wanted: set[int] | None) -> Note | None:
    """Of an epoch that has ended, its end; else the best."""
    ended = sealed.epoch < max(log.epoch for log in target.logs())
    return read_note(sealed.note) if ended else best(target, sealed, wanted)


def best(target: Target, sealed: Sealed, sizes: set[int] | None = None) -> Note | None:
    """Of the newest checkpoints the one with the most signatures, the newest of these; None for an empty log.

    `sizes`: the one that is wanted; RestlessLogError if there are several, or it is not there.
    """
    notes = [note for note in islice(target.notes(sealed.epoch), LATELY) if read_checkpoint(note.text).size]
    if sizes is not None:
        notes = [note for note in notes if sizes == {read_checkpoint(note.text).size}]
        if not notes:
            raise RestlessLogError(target.service)
    return max(notes, key=lambda note: len(note.signatures), default=None)


def _headers(target: Target, log: BundledLog) -> Iterator[list[bytes]]:
    after, last = log.first - 1, log.first + log.size - 1
    while after < last:
        encoded = [encode_stored(row) for row in target.rows(after, min(PAGE, last - after))]
        if not encoded:
            message = f"{log.service}: {after + 1}"
            raise TornLogError(message)
        yield encoded
        after += len(encoded)


def _lines(items: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    return (msgspec.json.encode(item) + b"\n" for item in items)


def _write(file: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> None:
    """One after the other; the whole is never in memory."""
    with file.open(name, "w", force_zip64=True) as there:
        for part in parts:
            there.write(part)
