"""An evidence bundle: one file of events with their proofs, read as the hostile input that it is (`bundle.md`)."""

import base64
import binascii
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from baoxue_shared.evidence.entry import BadEntryError, unbundle

FORMAT = 1
MOST_BYTES = 8 << 30  # unpacked
T = TypeVar("T")
By = Literal["child", "case", "actor", "county", "period", "everything"]


class BadBundleError(Exception):
    """A file that is no bundle, or one that cannot be read; the message says where."""


class Selection(msgspec.Struct, frozen=True):
    """What was asked for. `value`: an id, an actor, a code, or two instants with `/` between them."""

    by: By
    value: str = ""


class BundledLog(msgspec.Struct, frozen=True):
    """One epoch of one service's log; `first`: the position of its first leaf; `beyond`: events not yet covered."""

    service: str
    epoch: int
    first: int
    size: int
    beyond: int = 0


class Contents(msgspec.Struct, frozen=True):
    """`bundle.json`."""

    format: int
    selection: Selection
    complete: bool  # with all headers
    logs: tuple[BundledLog, ...]
    made_at: str = ""


class Event(msgspec.Struct, frozen=True):
    """A line of `events.jsonl`: a row's columns as they stand, and its state's exact text."""

    service: str
    position: int
    epoch: int
    originator_id: str
    originator_version: int
    topic: str
    recorded_at: str
    actor: str
    jurisdiction: str
    state: str

    @property
    def stored(self) -> tuple[int, int, str, int, str, str, str, str, bytes]:
        row = (self.position, self.epoch, self.originator_id, self.originator_version, self.topic, self.recorded_at)
        return (*row, self.actor, self.jurisdiction, self.state.encode())


class Proof(msgspec.Struct, frozen=True):
    """A line of `proofs.jsonl`: an inclusion proof (RFC 9162, 2.1.3), base64, the leaf's sibling first."""

    service: str
    epoch: int
    leaf: int
    hashes: tuple[str, ...]

    def path(self) -> list[bytes]:
        """BadBundleError."""
        try:
            return [base64.b64decode(one, validate=True) for one in self.hashes]
        except (binascii.Error, ValueError) as error:
            message = f"proofs.jsonl: leaf {self.leaf}: {error}"
            raise BadBundleError(message) from error


class StatedHead(msgspec.Struct, frozen=True):
    """A line of `heads.jsonl`: a head statement as a signed note."""

    service: str
    note: str


def note_name(service: str, epoch: int) -> str:
    return f"checkpoints/{service}-{epoch}.txt"


def headers_name(service: str, epoch: int) -> str:
    return f"headers/{service}-{epoch}.bin"


def is_bundle(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path)


class Bundle:
    """Reads one line at a time; nothing is unpacked to disk."""

    def __init__(self, path: Path) -> None:
        """BadBundleError."""
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise BadBundleError(str(error)) from error
        names = self._zip.namelist()
        if len(set(names)) != len(names) or sum(info.file_size for info in self._zip.infolist()) > MOST_BYTES:
            message = "a name stands twice in it, or it is too large"
            raise BadBundleError(message)
        self._names = frozenset(names)
        self.contents = self._decoded("bundle.json", self._read("bundle.json"), Contents)
        if self.contents.format != FORMAT:
            message = f"format {self.contents.format}; this program reads {FORMAT}"
            raise BadBundleError(message)

    def close(self) -> None:
        self._zip.close()

    def events(self) -> Iterator[Event]:
        """BadBundleError."""
        return self._lines("events.jsonl", Event)

    def proofs(self) -> Iterator[Proof]:
        """BadBundleError."""
        return self._lines("proofs.jsonl", Proof)

    def heads(self) -> Iterator[StatedHead]:
        """BadBundleError."""
        return self._lines("heads.jsonl", StatedHead)

    def note(self, log: BundledLog) -> str:
        """The checkpoint. BadBundleError."""
        return self._read(note_name(log.service, log.epoch)).decode(errors="replace")

    def headers(self, log: BundledLog) -> list[bytes] | None:
        """All entries up to the size; None where they were not asked for. BadBundleError."""
        name = headers_name(log.service, log.epoch)
        if name not in self._names:
            return None
        try:
            return list(unbundle(self._read(name)))
        except BadEntryError as error:
            message = f"{name}: {error}"
            raise BadBundleError(message) from error

    def _read(self, name: str) -> bytes:
        if name not in self._names:
            message = f"{name} is missing"
            raise BadBundleError(message)
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
            message = f"{name}: {error}"
            raise BadBundleError(message) from error

    def _lines(self, name: str, kind: type[T]) -> Iterator[T]:
        if name in self._names:
            for number, line in enumerate(self._read(name).splitlines(), 1):
                yield self._decoded(f"{name}:{number}", line, kind)

    @staticmethod
    def _decoded(where: str, text: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(text, type=kind)
        except msgspec.MsgspecError as error:
            message = f"{where}: {error}"
            raise BadBundleError(message) from error
