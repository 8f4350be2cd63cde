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
    Event,
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
from baoxue_shared.history.store import Stored
from baoxue_shared.history.unit import Row
from baoxue_shared.replay.bundled import explaining, index_of
from baoxue_shared.replay.finding import Finding, about, each_row, where, whole
from baoxue_shared.replay.parquet import write_parquet

Heads = Callable[[str, str], str | None]  # a service, a thing's id → a head statement's note
PAGE = 5000
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
        self.beyond = 0

    def write(self, path: Path) -> Contents:
        """UnreachableTargetError; UnfitStoreError; TornLogError; RestlessLogError."""
        with (
            tempfile.TemporaryDirectory(prefix="baoxue-export-", dir=path.parent) as folder,
            zipfile.ZipFile(Path(folder) / "bundle", "w", zipfile.ZIP_DEFLATED) as file,
        ):
            targets = {service: open_target(address) for service, address in self._addresses.items()}
            rows = asyncio.run(self._rows())
            if any(len(target.logs()) > 1 for target in targets.values()):
                self._heads = None  # a head statement speaks of one epoch
            heads = None if self._heads is None else self._stated(self._heads, rows)
            self._checkpoints(file, targets, heads)
            rows = self._covered(rows + _statements(targets, rows))
            self._parts(file, targets, rows, heads)
            columns = Path(folder) / "events.parquet"
            asyncio.run(write_parquet(columns, _each(rows)))
            file.write(columns, "events.parquet")
            contents = self._contents()
            file.writestr("bundle.json", msgspec.json.format(msgspec.json.encode(contents)))
            file.writestr("index.html", index_of(contents, rows))
            for name, text in explaining({row.topic for _, row in rows}):
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

    async def _rows(self) -> list[tuple[str, Row]]:
        return [one async for one in each_row(self._addresses, finding_of(self._selection))]

    def _covered(self, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
        """Those that the checkpoints cover; the others are counted."""
        found = []
        for service, row in rows:
            log = self.logs.get((service, row.epoch))
            if log is not None and row.position < log.first + log.size:
                found.append((service, row))
                continue
            self.beyond += 1
            if log is not None:
                self.logs[service, row.epoch] = msgspec.structs.replace(log, beyond=log.beyond + 1)
        if self._selection.by != "everything":
            concerned = {(service, row.epoch) for service, row in found}
            concerned |= {key for key in self.logs if any(key[0] == s and key[1] > epoch for s, epoch in concerned)}
            self.logs = {key: log for key, log in self.logs.items() if key in concerned}
        return found

    def _parts(
        self,
        file: zipfile.ZipFile,
        targets: Mapping[str, Target],
        rows: list[tuple[str, Row]],
        heads: list[StatedHead] | None,
    ) -> None:
        file.writestr("events.jsonl", _lines(event_of(service, row) for service, row in rows))
        if heads is None:
            for (service, epoch), log in self.logs.items():
                file.writestr(headers_name(service, epoch), bundle(_headers(targets[service], log)))
        else:
            file.writestr("heads.jsonl", _lines(heads))
        if self._selection.by != "everything" or heads is not None:
            file.writestr("proofs.jsonl", _lines(self._proofs(targets, rows)))

    @staticmethod
    def _stated(heads: Heads, rows: list[tuple[str, Row]]) -> list[StatedHead]:
        """Of what is published: a thing that is not covered yet has none."""
        things = dict.fromkeys((service, str(row.originator_id)) for service, row in rows)
        notes = ((service, heads(service, identity)) for service, identity in things)
        return [StatedHead(service, note) for service, note in notes if note is not None]

    def _proofs(self, targets: Mapping[str, Target], rows: list[tuple[str, Row]]) -> Iterator[Proof]:
        tiles: dict[tuple[str, int], dict[Place, bytes]] = {}
        for service, row in rows:
            log, known = self.logs[service, row.epoch], tiles.setdefault((service, row.epoch), {})
            leaf = row.position - log.first
            path = inclusion_path(leaf, log.size)
            for place in places_of(path) - known.keys():
                known[place] = targets[service].tile(log.epoch, place, width_of(log.size, place))
            try:
                hashes = proof(nodes_in(known), path)
            except LookupError as error:
                message = f"{service}: {error}"
                raise TornLogError(message) from error
            yield Proof(service, row.epoch, leaf, tuple(base64.b64encode(one).decode() for one in hashes))


def _statements(targets: Mapping[str, Target], rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """What began each later epoch, where it is not among the rows: the epoch before ends in it."""
    here = {(service, row.position) for service, row in rows}
    later = ((s, target, log) for s, target in targets.items() for log in target.logs() if log.epoch > FIRST_EPOCH)
    return [(s, _row(target.rows(log.first - 1, 1)[0])) for s, target, log in later if (s, log.first) not in here]


def _row(stored: Stored) -> Row:
    position, epoch, identity, version, topic, recorded_at, actor, jurisdiction, state = stored
    at = datetime.fromisoformat(recorded_at)
    return Row(UUID(identity), version, topic, at, actor, jurisdiction, bytes(state), position, epoch)


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


def event_of(service: str, row: Row) -> Event:
    head = (row.position, row.epoch, str(row.originator_id), row.originator_version, row.topic)
    return Event(service, *head, row.recorded_at.isoformat(), row.actor, row.jurisdiction, row.state.decode())


def _headers(target: Target, log: BundledLog) -> Iterator[bytes]:
    after, last = log.first - 1, log.first + log.size - 1
    while after < last:
        rows: Iterable[Stored] = target.rows(after, min(PAGE, last - after))
        encoded = [encode_stored(row) for row in rows]
        if not encoded:
            message = f"{log.service}: {after + 1}"
            raise TornLogError(message)
        yield from encoded
        after += len(encoded)


def _lines(items: Iterable[msgspec.Struct]) -> bytes:
    return b"".join(msgspec.json.encode(item) + b"\n" for item in items)


async def _each(rows: list[tuple[str, Row]]) -> AsyncIterator[tuple[str, Row]]:
    for one in rows:
        yield one
