"""An entry of the evidence log: a canonical header of a recorded event, and a hash of its state, never the state.

Numbers are big-endian: format (1 byte: 1), epoch (4), position (8), the aggregate's UUID (16), its version (4, from 1).
Then four texts, each two bytes of length and so many bytes of UTF-8: topic, recorded time (as `datetime.isoformat` in
UTC), actor (a pseudonym), jurisdiction. Then 32 bytes: SHA-256 of the state as stored, whose random bytes keep it from
confirming guesses.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from baoxue_shared.history.store import Stored
from baoxue_shared.history.unit import Row

FORMAT = 1
_FIXED = struct.Struct(">BIQ16sI")
_LENGTH = struct.Struct(">H")
_HASH = 32
LONGEST = 0xFFFF  # an entry bundle gives each entry two bytes of length


class BadEntryError(Exception):
    """Bytes that are no entry in its one canonical form."""


class Entry(NamedTuple):
    """What the log says of one event."""

    epoch: int
    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    recorded_at: str
    actor: str
    jurisdiction: str
    state_hash: bytes


def entry_of(row: Row) -> Entry:
    return Entry(
        row.epoch,
        row.position,
        row.originator_id,
        row.originator_version,
        row.topic,
        row.recorded_at.astimezone(UTC).isoformat(),
        row.actor,
        row.jurisdiction,
        sha256(row.state).digest(),
    )


def encode(entry: Entry) -> bytes:
    """BadEntryError if a field does not fit."""
    epoch, position, originator, version, *texts, state_hash = entry
    try:
        head = _FIXED.pack(FORMAT, epoch, position, originator.bytes, version)
        fields = [_LENGTH.pack(len(field)) + field for field in (str(text).encode() for text in texts)]
    except struct.error as error:
        message = f"position {position}: a field does not fit ({error})"
        raise BadEntryError(message) from error
    return b"".join((head, *fields, bytes(state_hash)))


def encode_stored(stored: Stored) -> bytes:
    """As `encode`, straight from the columns. BadEntryError."""
    try:
        return encode_columns(stored, key_of(stored[2]))
    except (struct.error, ValueError) as error:
        message = f"position {stored[0]}: a field does not fit ({error})"
        raise BadEntryError(message) from error


def key_of(originator_id: str) -> bytes:
    """A UUID's 16 bytes. ValueError."""
    return bytes.fromhex(originator_id.replace("-", ""))


def encode_columns(stored: Stored, key: bytes) -> bytes:
    """As `encode`, in fewer steps: whole logs are sealed and verified by it. ValueError; struct.error."""
    position, epoch, _, version, topic, recorded_at, actor, jurisdiction, state = stored
    instant = recorded_at.encode() if recorded_at.endswith("+00:00") else _utc(recorded_at)
    head = _FIXED.pack(FORMAT, epoch, position, key, version) + _text(topic) + _LENGTH.pack(len(instant)) + instant
    return head + _text(actor) + _text(jurisdiction) + sha256(state).digest()


@lru_cache(10_000)
def _text(text: str) -> bytes:
    field = text.encode()
    return _LENGTH.pack(len(field)) + field


def _utc(instant: str) -> bytes:
    return datetime.fromisoformat(instant).astimezone(UTC).isoformat().encode()


def decode(encoded: bytes) -> Entry:
    """BadEntryError for anything but the one encoding of an entry."""
    try:
        format_, epoch, position, originator, version = _FIXED.unpack_from(encoded)
        texts, rest = [], encoded[_FIXED.size :]
        for _ in range(4):
            (length,) = _LENGTH.unpack_from(rest)
            field, rest = rest[2 : 2 + length], rest[2 + length :]
            texts.append(field.decode())
        topic, recorded_at, actor, jurisdiction = texts
        instant = datetime.fromisoformat(recorded_at)
    except (struct.error, ValueError) as error:
        message = f"not an entry: {error}"
        raise BadEntryError(message) from error
    entry = Entry(epoch, position, UUID(bytes=originator), version, topic, recorded_at, actor, jurisdiction, rest)
    utc = instant.tzinfo is not None and instant.astimezone(UTC).isoformat() == recorded_at
    if format_ != FORMAT or len(rest) != _HASH or not utc or encode(entry) != encoded:
        message = "not an entry in its canonical form"
        raise BadEntryError(message)
    return entry


def bundle(entries: Iterable[bytes]) -> bytes:
    """C2SP tlog-tiles, "Log entries": each encoded entry after two bytes of its length."""
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def unbundle(data: bytes) -> Iterator[bytes]:
    """BadEntryError if the bundle ends inside an entry."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            message = "a bundle ends inside an entry"
            raise BadEntryError(message)
        end = at + 2 + _LENGTH.unpack_from(data, at)[0]
        if end > len(data):
            message = "a bundle ends inside an entry"
            raise BadEntryError(message)
        yield data[at + 2 : end]
        at = end
