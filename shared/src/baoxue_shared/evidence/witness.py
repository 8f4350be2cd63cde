"""A witness (C2SP tlog-witness): cosigns a log's checkpoint only if it extends all that it has signed before."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, origin_of, read_checkpoint, read_size
from baoxue_shared.evidence.merkle import EMPTY_ROOT, BadProofError, check_consistency
from baoxue_shared.evidence.note import BadNoteError, Key, Note, Signer, read_note, unbase64
from baoxue_shared.evidence.witness_state import Cosigned, Refusal, WitnessState

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MOST_HASHES, MOST_BYTES = 63, 100_000


class Answer(NamedTuple):
    """`doubt`: a checkpoint that is well signed and yet does not extend what was signed; worth a look at the log."""

    status: int
    body: str = ""
    kind: str = TEXT
    doubt: Checkpoint | None = None


class _Asked(NamedTuple):
    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


class Witness:
    """`logs`: keys by the name of the log, without the epoch; `now`: seconds since 1970."""

    def __init__(
        self, signers: Sequence[Signer], logs: Mapping[str, Sequence[Key]], state: WitnessState, now: Callable[[], int]
    ) -> None:
        self.signers, self.logs, self.state, self.now = signers, logs, state, now
        self.ready = True  # False: signs nothing until it has heard what its peers have signed

    def add_checkpoint(self, body: str) -> Answer:
        """The protocol's answer; blocks on the disk."""
        try:
            asked = _read(body)
        except (BadNoteError, ValueError) as error:
            return Answer(400, f"{error}\n")
        if self.keys_of(asked.checkpoint.origin) is None:
            return Answer(404, "unknown log\n")
        if not self.signed_by_log(asked.note, asked.checkpoint):
            return Answer(403, "no signature of a known key of this log\n")
        if asked.old > asked.checkpoint.size:
            return Answer(400, "old is larger than the checkpoint\n")
        if not self.ready:
            return Answer(503, "this witness has not heard its peers since it started\n")
        with self.state.turn():
            return self._decide(asked)

    def keys_of(self, origin: str) -> list[Key] | None:
        try:
            log, _ = epoch_of(origin)
        except BadNoteError:
            return None
        return [key.named(origin) for key in self.logs[log]] if log in self.logs else None

    def signed_by_log(self, note: Note, checkpoint: Checkpoint) -> bool:
        try:
            return bool(note.times(self.keys_of(checkpoint.origin) or ()))
        except BadNoteError:
            return False

    def _decide(self, asked: _Asked) -> Answer:
        checkpoint, origin = asked.checkpoint, asked.checkpoint.origin
        latest = self.state.latest(origin) or Cosigned(0, EMPTY_ROOT, "")
        same = self.state.at_size(origin, checkpoint.size)
        if same and same.root != checkpoint.root:
            self.refuse("fork", origin, same.note, asked.note)
            return Answer(409, f"{latest.size}\n", SIZE)
        if asked.old != latest.size:
            smaller = checkpoint.size < latest.size
            return Answer(409, f"{latest.size}\n", SIZE, checkpoint if smaller else None)
        try:
            check_consistency(asked.old, checkpoint.size, latest.root, checkpoint.root, asked.proof)
        except BadProofError as error:
            return Answer(422, f"{error}\n", TEXT, checkpoint)
        return self._cosign(asked)

    def _cosign(self, asked: _Asked) -> Answer:
        signatures = [signer.sign(asked.note.text, self.now()) for signer in self.signers]
        note = str(asked.note.more(signatures))
        self._tell_of_new_epoch(asked)
        self.state.keep(asked.checkpoint.origin, Cosigned(asked.checkpoint.size, asked.checkpoint.root, note))
        return Answer(200, "".join(signature.line() for signature in signatures))

    def _tell_of_new_epoch(self, asked: _Asked) -> None:
        """A restore began it: signed, since the origin is another, and told, since something may be lost."""
        origin = asked.checkpoint.origin
        name, epoch = epoch_of(origin)
        before = self.state.latest(origin_of(name, epoch - 1))
        if before is not None and self.state.latest(origin) is None:
            self.refuse("epoch", origin, before.note, asked.note)

    def refuse(self, kind: str, origin: str, kept: str, given: Note) -> None:
        """Keep the proof. Inside a turn."""
        self.state.refuse(Refusal(kind, origin, self.now(), kept, str(given)))

    def adopt(self, peer: Key, text: str) -> None:
        """What a peer has signed counts as signed; two trees of one size are a fork. BadNoteError."""
        note = read_note(text)
        checkpoint = read_checkpoint(note.text)
        if not self.signed_by_log(note, checkpoint) or peer not in note.times([peer]):
            message = f"not signed by the log and by {peer.name}"
            raise BadNoteError(message)
        with self.state.turn():
            same, latest = self.state.at_size(checkpoint.origin, checkpoint.size), self.state.latest(checkpoint.origin)
            if same and same.root != checkpoint.root:
                self.refuse("fork", checkpoint.origin, same.note, note)
            elif latest is None or checkpoint.size > latest.size:
                self.state.keep(checkpoint.origin, Cosigned(checkpoint.size, checkpoint.root, text))


def request_of(old: int, proof: Sequence[bytes], note: Note) -> str:
    """The body of add-checkpoint."""
    lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    return f"old {old}\n{lines}\n{note}"


def _read(body: str) -> _Asked:
    """BadNoteError."""
    head, empty, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    if not empty or not first.startswith("old ") or len(lines) > MOST_HASHES or len(body) > MOST_BYTES:
        message = "old <size>, proof lines, an empty line, a checkpoint"
        raise BadNoteError(message)
    read = read_note(note)
    return _Asked(read_size(first.removeprefix("old ")), tuple(map(unbase64, lines)), read, read_checkpoint(read.text))
