"""What a restore stated when it began an epoch: its first leaf, held against what was cosigned of the epoch before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from baoxue_shared.evidence import fault
from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, origin_of, read_checkpoint
from baoxue_shared.evidence.fault import Fault
from baoxue_shared.evidence.merkle import BadProofError, check_consistency
from baoxue_shared.evidence.note import BadNoteError, read_note, unbase64
from baoxue_shared.evidence.policy import Policy, UntrustedError

if TYPE_CHECKING:
    from baoxue_shared.evidence.log import Sealed

TOPIC = "shared.Restoration.EpochBegun"


class UnstatedError(Exception):
    """An epoch's first event is no restore statement, or one that cannot be read."""


class _Stated(msgspec.Struct):
    began: int
    checkpoint: str
    restored_size: int
    restored_root: str
    proof: tuple[str, ...]
    last_known: int
    held: tuple[str, ...]
    approver: str
    reason: str


class Restored(NamedTuple):
    """`size` and `root`: what was restored of the epoch before; `old`: what was cosigned of it, in `note`."""

    epoch: int
    note: str
    old: Checkpoint
    size: int
    root: bytes
    proof: tuple[bytes, ...]
    last_known: int
    held: tuple[str, ...]
    approver: str
    reason: str

    @property
    def unproved(self) -> bool:
        """Nobody held the hashes that show that the restored part is the beginning of what was cosigned."""
        return 0 < self.size < self.old.size and not self.proof

    def lost(self, first: int) -> range:
        """Leaf indexes of the epoch before, whose first leaf stood at position `first`."""
        return range(self.size, max(self.size, self.old.size, self.last_known - first + 1))


def read_statement(topic: str, state: bytes) -> Restored:
    """UnstatedError."""
    if topic != TOPIC:
        message = f"{topic or '—'}"
        raise UnstatedError(message)
    try:
        told = msgspec.json.decode(state, type=_Stated)
        old = read_checkpoint(read_note(told.checkpoint).text)
        root, proof = unbase64(told.restored_root), tuple(map(unbase64, told.proof))
    except (msgspec.MsgspecError, BadNoteError) as error:
        raise UnstatedError(str(error)) from error
    said = (told.last_known, told.held, told.approver, told.reason)
    return Restored(told.began, told.checkpoint, old, told.restored_size, root, proof, *said)


def misstatements(restored: Restored, log: "Sealed", before: "Sealed | None", policy: Policy | None) -> Iterator[Fault]:
    """What of the statement does not fit its own log, the one before, or what was cosigned. BadNoteError."""
    there = log.first - before.first if before else 0
    name = epoch_of(read_checkpoint(read_note(log.note).text).origin)[0]
    if restored.epoch != log.epoch or restored.old.origin != origin_of(name, log.epoch - 1):
        yield fault.misstated(log.epoch, "另一纪元的声明", "it speaks of another epoch")
    if restored.size != there:
        zh, en = (
            f"称恢复了 {restored.size} 条，实有 {there} 条",
            f"{restored.size} restored, it says; {there} are there",
        )
        yield fault.misstated(log.epoch, zh, en)
    if problem := _problem(restored, policy):
        yield fault.misstated(log.epoch, f"原检查点不可信或不相延续：{problem}", problem)


def unrestored(known: Checkpoint, restored: Restored | None) -> Iterator[Fault]:
    """What is known of an epoch of which there is no log: the next one states that nothing of it came back, or not."""
    if restored is None or restored.size or restored.old.origin != known.origin:
        yield fault.rolled_back(known.size, 0)
    elif known.size > restored.old.size:
        yield fault.understated(known.size, restored.old.size, restored.size)
    elif known.size == restored.old.size and known.root != restored.old.root:
        yield fault.forked(known.size)


def _problem(restored: Restored, policy: Policy | None) -> str:
    """What is wrong with the old checkpoint, or with the proof that it extends what was restored."""
    old = restored.old
    try:
        if policy is not None:
            policy.trust(restored.note)
        if restored.size <= old.size and not restored.unproved:
            check_consistency(restored.size, old.size, restored.root, old.root, restored.proof)
    except (UntrustedError, BadProofError) as error:
        return str(error)
    return ""
