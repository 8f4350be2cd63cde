"""Checkpoints (C2SP tlog-checkpoint): what a log says of its tree, one line each: origin, size, root."""

import base64
import re
from typing import NamedTuple

from baoxue_shared.evidence.merkle import HASH
from baoxue_shared.evidence.note import BadNoteError, unbase64

_SIZE = re.compile(r"0|[1-9]\d{0,18}")


class Checkpoint(NamedTuple):
    """The tree of a log at one size. An origin ends in the epoch: `<log>/epoch-<n>`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin_of(log: str, epoch: int) -> str:
    return f"{log}/epoch-{epoch}"


def epoch_of(origin: str) -> tuple[str, int]:
    """Log and epoch of an origin. BadNoteError."""
    log, _, epoch = origin.rpartition("/epoch-")
    if not log or not epoch.isdigit():
        message = f"not the origin of a log of ours: {origin!r}"
        raise BadNoteError(message)
    return log, int(epoch)


def read_size(text: str) -> int:
    """A tree size in decimal, without leading zeroes. BadNoteError."""
    if not _SIZE.fullmatch(text):
        message = f"not a tree size: {text!r}"
        raise BadNoteError(message)
    return int(text)


def read_checkpoint(text: str) -> Checkpoint:
    """The first three lines of a note's text; extension lines are not ours to judge. BadNoteError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 - three, and the end of the last
        message = "not a checkpoint: origin, size, root"
        raise BadNoteError(message)
    root = unbase64(lines[2])
    if len(root) != HASH:
        message = f"a root has {HASH} bytes"
        raise BadNoteError(message)
    return Checkpoint(lines[0], read_size(lines[1]), root)
