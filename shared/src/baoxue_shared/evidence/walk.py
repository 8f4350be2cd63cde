"""One pass over a log's events in order, in bounded memory: leaves, columns, versions, times."""

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from baoxue_shared.evidence import fault
from baoxue_shared.evidence.entry import BadEntryError, decode, encode_columns, key_of
from baoxue_shared.evidence.fault import Fault, concerned
from baoxue_shared.history.store import Stored

NO_LEAF = bytes(32)
UNKNOWN = -1  # a version before, where nobody can tell it
MOST = 20  # faults that are told one by one
_TOPIC = re.compile(r"[a-z_]+(\.[A-Z]\w*)+")


class _Metadata(msgspec.Struct, gc=False):
    actor: str
    jurisdiction: str
    simulated: bool = False


class _Told(msgspec.Struct, gc=False):
    """What a payload says again of its own columns."""

    originator_id: str
    originator_version: int
    timestamp: str
    metadata: _Metadata
    originator_topic: str = ""


_told = msgspec.json.Decoder(_Told).decode


class Walk:
    """`first`: position of the next leaf; `before`: an aggregate's version before it, for a walk that begins inside."""

    def __init__(self, first: int, epoch: int, before: Callable[[str, int], int] | None = None) -> None:
        self.next, self.epoch, self._before = first, epoch, before
        self.begins = first
        self.faults: list[Fault] = []
        self.found = self.simulated = 0
        self._versions: dict[bytes, int] = {}
        self._topics = {""}

    def add(self, found: Fault) -> None:
        self.found += 1
        if len(self.faults) < MOST:
            self.faults.append(found)

    def feed(self, rows: Sequence[Stored]) -> list[bytes]:
        """Leaf hashes of whole rows; a row that cannot be encoded has a leaf that no tree holds."""
        leaves, versions, topics, at, simulated = [], self._versions, self._topics, self.next, 0
        for row in rows:
            position, epoch, identity, version, topic, recorded_at, actor, area, state = row
            try:
                key = key_of(identity)
                leaves.append(sha256(b"\0" + encode_columns(row, key)).digest())
            except (struct.error, ValueError, TypeError, AttributeError) as error:
                leaves.append(NO_LEAF)
                self._unreadable(row, error)
                at += 1
                continue
            try:
                told = _told(state)
            except (msgspec.MsgspecError, ValueError, TypeError) as error:
                self._unreadable(row, error)
                at += 1
                continue
            metadata = told.metadata
            if (
                position != at
                or epoch != self.epoch
                or versions.get(key, 0) + 1 != version
                or told.originator_id != identity
                or told.originator_version != version
                or metadata.actor != actor
                or metadata.jurisdiction != area
                or told.timestamp[:-1] != recorded_at[:-6]
                or topic not in topics
                or told.originator_topic not in topics
            ):
                self._judge(row, told, at, key)
                at = position
            versions[key] = version
            simulated += metadata.simulated
            at += 1
        self.simulated += simulated
        self.next = at
        return leaves

    def feed_entries(self, entries: Iterable[bytes]) -> list[bytes]:
        """Leaf hashes of entries that came without their states."""
        leaves = []
        for encoded in entries:
            leaves.append(sha256(b"\0" + encoded).digest())
            try:
                entry = decode(encoded)
            except BadEntryError as error:
                self.add(fault.unreadable(self.next, (), str(error)))
            else:
                identity = str(entry.originator_id)
                self._in_order(entry.position, self.next)
                self._version(
                    entry.position, entry.originator_id.bytes, entry.originator_version, [concerned(identity)]
                )
                self._topic(entry.position, entry.topic, [concerned(identity)])
            self.next += 1
        return leaves

    def _unreadable(self, row: Stored, error: Exception) -> None:
        self.add(fault.unreadable(row[0], [concerned(str(row[2]), _bytes(row[8]))], type(error).__name__))

    def _judge(self, row: Stored, told: _Told, at: int, key: bytes) -> None:
        position, epoch, identity, version, topic, recorded_at, actor, area, state = row
        whose = [concerned(identity, _bytes(state))]
        self._in_order(position, at)
        pairs = {
            "originator_id": (identity, told.originator_id),
            "originator_version": (version, told.originator_version),
            "recorded_at": (recorded_at.removesuffix("+00:00"), told.timestamp.removesuffix("Z")),
            "actor": (actor, told.metadata.actor),
            "jurisdiction": (area, told.metadata.jurisdiction),
            "epoch": (epoch, self.epoch),
        }
        if differing := [name for name, (column, payload) in pairs.items() if column != payload]:
            self.add(fault.columns(position, differing, whose))
        for name in (topic, told.originator_topic):
            self._topic(position, name, whose)
        if self._versions.get(key, 0) + 1 != version:
            self._version(position, key, version, whose)

    def _in_order(self, position: int, wanted: int) -> None:
        if position != wanted:
            self.add(fault.misses(wanted, position))

    def _topic(self, position: int, topic: str, whose: list[str]) -> None:
        if topic in self._topics:
            return
        if _TOPIC.fullmatch(topic):
            self._topics.add(topic)
        else:
            self.add(fault.foreign_topic(position, topic, whose))

    def _version(self, position: int, key: bytes, version: int, whose: list[str]) -> None:
        last = self._versions.get(key)
        if last is None and self._before is not None:
            last = self._before(str(UUID(bytes=key)), self.begins)
            last = version - 1 if last == UNKNOWN else last
        self._versions[key] = version
        if version != (last or 0) + 1:
            self.add(fault.version(position, version, (last or 0) + 1, whose))


def _bytes(state: object) -> bytes:
    return state if isinstance(state, bytes) else str(state).encode()
