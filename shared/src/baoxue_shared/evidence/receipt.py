"""Receipts (C2SP tlog-proof): a text that proves an entry to be in a log, without the log."""

import base64
from collections.abc import Sequence
from typing import NamedTuple

from baoxue_shared.evidence.checkpoint import Checkpoint, read_size
from baoxue_shared.evidence.merkle import HASH, BadProofError, check_inclusion, leaf_hash
from baoxue_shared.evidence.note import BadNoteError, unbase64

HEAD = "c2sp.org/tlog-proof@v1"
_LONGEST = 64  # hashes


class Receipt(NamedTuple):
    """`extra` is our encoded entry: not believed, but hashed; `note` is the checkpoint, signed and cosigned."""

    leaf: int
    proof: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    def __str__(self) -> str:
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"{HEAD}\n{extra}index {self.leaf}\n{lines}\n{self.note}"

    def check(self, checkpoint: Checkpoint, entry: bytes) -> None:
        """Whether the entry is in the tree of that checkpoint, which the caller trusts. BadProofError."""
        check_inclusion(leaf_hash(entry), self.leaf, checkpoint.size, self.proof, checkpoint.root)


def read_receipt(text: str) -> Receipt:
    """BadProofError."""
    head, empty, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEAD or not empty:
        message = f"not a receipt: its first line is {HEAD}"
        raise BadProofError(message)
    try:
        extra = unbase64(lines.pop(1).removeprefix("extra ")) if lines[1:2] and lines[1].startswith("extra ") else b""
        return Receipt(_leaf(lines[1:2]), _hashes(lines[2:]), note, extra)
    except BadNoteError as error:
        raise BadProofError(str(error)) from error


def _leaf(lines: Sequence[str]) -> int:
    if not lines or not lines[0].startswith("index "):
        message = "not a receipt: no index"
        raise BadProofError(message)
    return read_size(lines[0].removeprefix("index "))


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    proof = tuple(map(unbase64, lines))
    if len(proof) > _LONGEST or any(len(one) != HASH for one in proof):
        message = f"not a proof: at most {_LONGEST} hashes of {HASH} bytes"
        raise BadProofError(message)
    return proof
