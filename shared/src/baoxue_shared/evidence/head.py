"""Head statements: the log itself says, signed, which event of a record is its last; a hidden one contradicts it."""

from typing import NamedTuple
from uuid import UUID

from baoxue_shared.evidence.checkpoint import read_size
from baoxue_shared.evidence.note import BadNoteError

HEAD = "baoxue.head/v1"  # its second line is no number: no checkpoint can be mistaken for it
_LINES = 7


class Head(NamedTuple):
    """In the tree of `size` leaves the last event of a record is its version `version`, at leaf `leaf`."""

    origin: str
    originator_id: UUID
    version: int
    leaf: int
    size: int

    @property
    def text(self) -> str:
        return "\n".join((HEAD, self.origin, str(self.originator_id), *map(str, self[2:]), ""))


def read_head(text: str) -> Head:
    """A note's text. BadNoteError."""
    lines = text.split("\n")
    if len(lines) != _LINES or lines[0] != HEAD or lines[-1]:
        message = "not a head statement"
        raise BadNoteError(message)
    try:
        head = Head(lines[1], UUID(lines[2]), *map(read_size, lines[3:6]))
    except ValueError as error:
        raise BadNoteError(str(error)) from error
    if head.text != text or head.leaf >= head.size:
        message = "not a head statement in its canonical form"
        raise BadNoteError(message)
    return head
