"""Signed notes (C2SP signed-note): texts under Ed25519 signatures, and cosignatures with the time of seeing."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, COSIGNER = 1, 4  # signature types: Ed25519, timestamped Ed25519 cosignature
MOST_SIGNATURES, MOST_BYTES = 64, 1_000_000
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY, _SIGNATURE, _TIME = 32, 64, 8
LATEST = 2**63 - 1


class BadNoteError(Exception):
    """Text that is no signed note, key or checkpoint; or a signature that does not hold."""


class Signature(NamedTuple):
    """One line of a note: whose, and what. `key_id` says which key of that name."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class Key:
    """A public key with its name (a vkey): LOG or COSIGNER."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def named(self, name: str) -> "Key":
        """The same key under another name: a log's key in its next epoch."""
        return Key(name, self.kind, self.public)

    def holds(self, text: str, signature: Signature) -> int | None:
        """The time of a cosignature, 0 for a log's; None if it is not this key's. BadNoteError if it does not hold."""
        if (signature.name, signature.key_id) != (self.name, self.id):
            return None
        time, message, value = 0, text.encode(), signature.value
        if self.kind == COSIGNER:
            time, value = int.from_bytes(value[:_TIME], "big"), value[_TIME:]
            message = _cosigned(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError):
            problem = f"a signature of {self.name} does not hold"
            raise BadNoteError(problem) from None
        if time > LATEST:
            problem = f"a cosignature of {self.name} has an impossible time"
            raise BadNoteError(problem)
        return time


def read_key(vkey: str) -> Key:
    """`<name>+<8 hex digits>+<base64(kind, key)>`. BadNoteError."""
    name, _, rest = vkey.partition("+")
    identity, _, encoded = rest.partition("+")
    raw = unbase64(encoded)
    if len(raw) != 1 + _KEY or raw[0] not in {LOG, COSIGNER} or not _NAME.fullmatch(name):
        problem = f"not a public key of a log or a witness: {vkey!r}"
        raise BadNoteError(problem)
    key = Key(name, raw[0], raw[1:])
    if key.id.hex() != identity:
        problem = f"the key's own number does not fit it: {vkey!r}"
        raise BadNoteError(problem)
    return key


class Signer:
    """A private key with its name. It is never printed."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, kind, self._private.public_key().public_bytes_raw())

    def sign(self, text: str, at: int = 0) -> Signature:
        """`at`: seconds since 1970, for a cosigner."""
        if self.key.kind == COSIGNER:
            value = at.to_bytes(_TIME, "big") + self._private.sign(_cosigned(text, at))
        else:
            value = self._private.sign(text.encode())
        return Signature(self.key.name, self.key.id, value)


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


class Note(NamedTuple):
    """A text that ends in a newline, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"

    def more(self, signatures: Iterable[Signature]) -> "Note":
        """With further signatures, each key's once, the newest of it."""
        found = {(s.name, s.key_id): s for s in (*self.signatures, *signatures)}
        return Note(self.text, tuple(found.values()))

    def times(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Which of the keys signed, and when (0: a log). Unknown signatures do not count. BadNoteError."""
        found: dict[Key, int] = {}
        for key in keys:
            own = [time for s in self.signatures if (time := key.holds(self.text, s)) is not None]
            if len(own) > 1:
                problem = f"{key.name} signs twice"
                raise BadNoteError(problem)
            found.update((key, time) for time in own)
        return found


def read_note(note: str) -> Note:
    """BadNoteError."""
    text, found, lines = note.rpartition("\n\n")[0] + "\n", "\n\n" in note, note.rpartition("\n\n")[2]
    if not found or not lines.endswith("\n") or len(note) > MOST_BYTES or _CONTROL.search(note):
        problem = "not a signed note: a text, an empty line, signature lines"
        raise BadNoteError(problem)
    return Note(text, read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """At least one, at most 64. BadNoteError."""
    found = tuple(map(_signature, lines.removesuffix("\n").split("\n")))
    if len(found) > MOST_SIGNATURES:
        problem = f"more than {MOST_SIGNATURES} signatures"
        raise BadNoteError(problem)
    return found


def _signature(line: str) -> Signature:
    dash, name, encoded = (*line.split(" "), "", "", "")[:3]
    raw = unbase64(encoded)
    if dash != "—" or not _NAME.fullmatch(name) or len(raw) <= 4 or line.count(" ") != 2:  # noqa: PLR2004
        problem = "not a signature line: — <name> <base64>"
        raise BadNoteError(problem)
    return Signature(name, raw[:4], raw[4:])


def unbase64(text: str) -> bytes:
    """BadNoteError for anything but the one standard encoding."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or base64.b64encode(raw).decode() != text:
        problem = "not base64"
        raise BadNoteError(problem)
    return raw
