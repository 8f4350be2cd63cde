"""An alarm: what a witness refused to sign and why, under the witness's own signature."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.note import BadNoteError, Key, Note, Signer, read_note, unbase64
from baoxue_shared.evidence.witness_state import Refusal

HEAD = "baoxue.alarm/v1"  # its second line is no number: no checkpoint can be mistaken for it
LINES = 6


class Alarm(NamedTuple):
    """`kept` was signed before, `given` contradicts it; both are checkpoints of one log, signed by it."""

    kind: str
    origin: str
    witness: str
    at: datetime
    kept: Checkpoint
    given: Checkpoint


def alarm_of(refusal: Refusal, signers: Sequence[Signer]) -> Note:
    texts = (base64.b64encode(text.encode()).decode() for text in (refusal.kept, refusal.given))
    text = "\n".join((HEAD, refusal.kind, refusal.origin, *texts, ""))
    return Note(text, tuple(signer.sign(text, refusal.at) for signer in signers))


def read_alarm(text: str, witnesses: Iterable[Key]) -> Alarm:
    """BadNoteError if no witness that is known here signed it."""
    note = read_note(text)
    lines = note.text.split("\n")
    signed = note.times(witnesses)
    if lines[0] != HEAD or len(lines) != LINES or not signed:
        message = "not an alarm of a known witness"
        raise BadNoteError(message)
    (witness, at), *_ = signed.items()
    kept, given = (read_checkpoint(read_note(_text(one)).text) for one in lines[3:5])
    return Alarm(lines[1], lines[2], witness.name, datetime.fromtimestamp(at, UTC), kept, given)


def _text(encoded: str) -> str:
    try:
        return unbase64(encoded).decode()
    except UnicodeDecodeError as error:
        message = "an alarm holds no text"
        raise BadNoteError(message) from error
