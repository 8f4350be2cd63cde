"""Whether a backup extends what was last cosigned; otherwise what is missing, and who still holds it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, read_checkpoint
from baoxue_shared.evidence.entry import BadEntryError, decode, encode_stored
from baoxue_shared.evidence.merkle import HASH, BadProofError, consistency_path, leaf_hash, proof
from baoxue_shared.evidence.note import BadNoteError, Note, read_note
from baoxue_shared.evidence.policy import Policy, UntrustedError
from baoxue_shared.evidence.receipt import read_receipt
from baoxue_shared.evidence.target import DatabaseTarget, Target, UnreachableTargetError
from baoxue_shared.evidence.tree import WIDTH, Tree, nodes_in, places_of, width_of
from baoxue_shared.history.restoration import Loss
from baoxue_shared.history.schema import FIRST_EPOCH
from baoxue_shared.history.unit import Place

PAGE = 5000


@dataclass
class Holders:
    """Whoever may still have what the backup lacks: databases and services, receipts, the service's stream."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    receipts: Sequence[Path] = ()
    streamed: Mapping[Place, str] = field(default_factory=dict)  # place → contract
    heard: Mapping[str, Place] = field(default_factory=dict)  # reader of another service → how far it has heard
    witnesses: Sequence[Path] = ()  # their states
    notes: Sequence[str] = ()  # checkpoints that were kept


@dataclass
class Finding:
    """Of one service. `verdict`: extends; missing, also where nobody cosigned what is lost; forked; superseded by a
    younger epoch; or unknown where nobody has a checkpoint.
    """

    service: str
    verdict: str = "unknown"
    restored: int = 0
    checkpoint: Checkpoint | None = None
    source: str = ""
    missing: list[dict[str, Any]] = field(default_factory=list)
    loss: Loss | None = None  # what a new epoch would have to state


def examine(service: str, backup: Path, policy: Policy | None, holders: Holders) -> Finding:
    """BadNoteError; UnreachableTargetError if the backup is none."""
    target = DatabaseTarget(f"sqlite:///{backup.resolve()}")
    try:
        return _examined(target, policy, holders, Finding(service))
    finally:
        target.close()


def _examined(target: Target, policy: Policy | None, holders: Holders, found: Finding) -> Finding:
    log = next(iter(reversed(target.logs())), None)
    first, epoch = (log.first, log.epoch) if log else (FIRST_EPOCH, FIRST_EPOCH)
    known = sorted(
        _known(found.service, target, policy, holders), key=lambda one: (epoch_of(one[0].origin)[1], one[0].size)
    )
    if known:
        found.checkpoint, found.source, _ = known[-1]
    wanted = found.checkpoint.size if found.checkpoint else 0
    tree, root = _grown(target, first, wanted)
    found.restored = tree.size
    if found.checkpoint is None:
        nothing = tree.size == 0 and policy is not None and _last_known(epoch, 0, holders) == 0
        found.verdict = "extends" if nothing else "unknown"
        return found
    if epoch_of(found.checkpoint.origin)[1] > epoch:
        found.verdict = "superseded"
        return found
    last = max(first + wanted - 1, _last_known(epoch, first + tree.size - 1, holders))
    missing = range(tree.size, last - first + 1)
    found.missing = [_missing(found.service, epoch, (leaf, first + leaf), holders) for leaf in missing]
    if root is not None:
        fits = root == found.checkpoint.root
    else:
        fits = _is_prefix(tree, found.checkpoint, epoch, holders) is not False
    found.verdict = "forked" if not fits else "missing" if missing else "extends"
    if found.verdict == "missing":
        note = _trusted(policy, [text for checkpoint, _, text in known if checkpoint.origin == found.checkpoint.origin])
        found.loss = _loss(tree, (epoch, note, last), found.missing, holders)
    return found


def _age(known: tuple[Checkpoint, str, str]) -> tuple[int, int]:
    return epoch_of(known[0].origin)[1], known[0].size


def _last_known(epoch: int, restored: int, holders: Holders) -> int:
    """Position of the last event of this epoch of which anybody knows, cosigned or not."""
    places = [*holders.streamed, *holders.heard.values()]
    last = max([restored, *(position for known, position in places if known == epoch)])
    for target in holders.targets.values():
        while target.whole and (rows := target.rows(last, PAGE)):
            own = [row[0] for row in rows if row[1] == epoch]
            if not own:
                break
            last = own[-1]
    return last


def _trusted(policy: Policy | None, notes: Sequence[str]) -> str:
    """The newest that the policy trusts, with all signatures that anybody has on it; else the newest."""
    merged: dict[str, Note] = {}
    for note in map(read_note, notes):  # oldest first
        merged[note.text] = merged[note.text].more(note.signatures) if note.text in merged else note
    newest = [str(note) for note in reversed(merged.values())]
    for text in newest:
        with suppress(UntrustedError):
            if policy is not None:
                policy.trust(text)
            return text
    return newest[0]


def _loss(tree: Tree, known: tuple[int, str, int], missing: list[dict[str, Any]], holders: Holders) -> Loss:
    epoch, note, last = known
    old = read_checkpoint(read_note(note).text)
    hashes = _proof(tree.size, old.size, epoch, holders) if 0 < tree.size < old.size else []
    held: dict[str, list[int]] = {}
    for one in missing:
        for holder in one["held_by"]:
            held.setdefault(holder, []).append(one["leaf"])
    words = [f"{holder}: {ranges(leaves)}" for holder, leaves in held.items()]
    return Loss(note, tree.size, tree.root(), hashes, last, words)


def _proof(size: int, grown: int, epoch: int, holders: Holders) -> list[bytes]:
    """That the cosigned tree extends the restored one, from anybody's tiles; empty where nobody has them."""
    path = consistency_path(size, grown)
    for target in holders.targets.values():
        tiles = {place: target.tile(epoch, place, width_of(grown, place)) for place in places_of(path)}
        with suppress(LookupError):
            return proof(nodes_in(tiles), path)
    return []


def ranges(numbers: Sequence[int]) -> str:
    """`3-7, 9`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def _grown(target: Target, first: int, size: int) -> tuple[Tree, bytes | None]:
    """The backup's whole tree, and its root at that size; None if it is shorter."""
    tree, root = Tree(), None
    for page in _leaves(target, first):
        within = max(0, size - tree.size) * HASH
        tree.extend(page[:within])
        if root is None and 0 < size == tree.size:
            root = tree.root()
        tree.extend(page[within:])
    return tree, root


def _leaves(target: Target, first: int) -> Iterator[bytes]:
    after = first - 1
    while rows := target.rows(after, PAGE):
        yield b"".join(leaf_hash(encode_stored(row)) for row in rows)
        after = rows[-1][0]


def _known(
    service: str, backup: Target, policy: Policy | None, holders: Holders
) -> Iterator[tuple[Checkpoint, str, str]]:
    """Checkpoints of this log, who has them, and the note. Without a policy none of them can be told from a forgery."""
    logs = [log for target in (backup, *holders.targets.values()) for log in target.logs()]
    names = {epoch_of(read_checkpoint(read_note(log.note).text).origin)[0] for log in logs}
    if policy is not None and service in policy.logs:
        names.add(policy.logs[service].origin)
    for text, source in _notes(backup, holders):
        with suppress(BadNoteError, UntrustedError):
            note = read_note(text)
            checkpoint = read_checkpoint(note.text)
            if epoch_of(checkpoint.origin)[0] not in names:
                continue
            if policy is None or note.times(policy.keys_of(checkpoint.origin)):
                yield checkpoint, source, text


def _notes(backup: Target, holders: Holders) -> Iterator[tuple[str, str]]:
    for source, target in {"备份 / the backup": backup, **holders.targets}.items():
        with suppress(UnreachableTargetError):
            for log in target.logs():
                for note in target.notes(log.epoch):
                    yield str(note), source
                    break
    for state in holders.witnesses:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as database:
            for (note,) in database.execute("select note from cosigned"):
                yield note, f"见证方 / witness {state.name.partition('.')[0]}"
    yield from ((note, "另存的检查点 / a checkpoint that was kept") for note in holders.notes)
    for path in holders.receipts:
        with suppress(OSError, BadProofError):
            yield read_receipt(path.read_text("utf-8")).note, f"回执 / receipt {path.name}"


def _is_prefix(tree: Tree, checkpoint: Checkpoint, epoch: int, holders: Holders) -> bool | None:
    """Whether the restored leaves with those of somebody's tiles make the checkpoint's tree; None: nobody has them."""
    for target in holders.targets.values():
        grown = Tree(tree.size, tree.edge)
        for leaf in _tile_leaves(target, epoch, tree.size, checkpoint.size):
            grown.extend(leaf)
        if grown.size == checkpoint.size:
            return grown.root() == checkpoint.root
    return None


def _tile_leaves(target: Target, epoch: int, start: int, end: int) -> Iterator[bytes]:
    for number in range(start // WIDTH, -(-end // WIDTH)):
        width = min(WIDTH, end - number * WIDTH)
        hashes = target.tile(epoch, (0, number), width)
        yield hashes[max(0, start - number * WIDTH) * HASH :]


def _missing(service: str, epoch: int, place: tuple[int, int], holders: Holders) -> dict[str, Any]:
    """One leaf that the backup lacks, at its place: leaf and position."""
    leaf, position = place
    held, told = [], ""
    for source, target in holders.targets.items():
        if target.whole and (rows := target.rows(position - 1, 1)) and rows[0][:2] == (position, epoch):
            told = f"{rows[0][4]} {rows[0][2]}"
            held.append(source)
        elif target.tile(epoch, (0, leaf // WIDTH), leaf % WIDTH + 1):
            held.append(f"{source}（瓦片 / tile）")
    for path in holders.receipts:
        with suppress(OSError, BadProofError, BadEntryError):
            receipt = read_receipt(path.read_text("utf-8"))
            if (
                receipt.leaf == leaf
                and decode(receipt.extra).epoch == epoch
                and service in receipt.note.split("\n", 1)[0]
            ):
                entry = decode(receipt.extra)
                told = told or f"{entry.topic} {entry.originator_id}"
                held.append(f"回执 / receipt {path.name}")
    if (epoch, position) in holders.streamed:
        told = told or holders.streamed[epoch, position]
        held.append("JetStream")
    return {"leaf": leaf, "event": f"{service}:{epoch}:{position}", "what": told, "held_by": held}
