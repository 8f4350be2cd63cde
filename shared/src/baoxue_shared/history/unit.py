"""What one durable write holds: events, answered requests, readers' positions, effects on read models."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

SqlValue = str | int | float | bytes | None
Place = tuple[int, int]  # epoch, position: in this order a publisher's events follow each other
Outcome = tuple[int, ...] | Exception  # positions of a unit's rows, or why nothing of it was written


class Row(msgspec.Struct, frozen=True):
    """One event as stored; the columns repeat parts of `state` so that they can be asked and checked."""

    originator_id: UUID
    originator_version: int
    topic: str
    recorded_at: datetime
    actor: str
    jurisdiction: str
    state: bytes  # JSON
    position: int = 0  # gapless, given by the store
    epoch: int = 0  # given by the store: the one that stands, unless this row begins another

    @property
    def place(self) -> Place:
        return self.epoch, self.position


class Request(msgspec.Struct, frozen=True):
    """A request that was carried out, so that its repetition returns the first answer."""

    request_id: str
    digest: str
    originator_id: UUID
    originator_version: int
    answer: str | None = None  # JSON


class ReaderPosition(msgspec.Struct, frozen=True):
    """How far a reader has come in a publisher's history; it moves only upwards, with the effect."""

    reader: str
    publisher: str
    epoch: int
    position: int
    stream_sequence: int = 0  # where to look first in the JetStream copy

    @property
    def place(self) -> Place:
        """What is compared: a new epoch may use positions of the one before again."""
        return self.epoch, self.position


class Statement(msgspec.Struct, frozen=True):
    """Portable SQL with `:named` places, for SQLite and PostgreSQL alike."""

    sql: str
    params: Mapping[str, SqlValue] = {}


class Unit(msgspec.Struct, frozen=True):
    """All or nothing."""

    rows: tuple[Row, ...] = ()
    requests: tuple[Request, ...] = ()
    positions: tuple[ReaderPosition, ...] = ()
    statements: tuple[Statement, ...] = ()
    keys: tuple[UUID, ...] = ()  # of sealed fields in `rows`, made with them: durable before the rows are

    def joined(self, other: "Unit") -> "Unit":
        return Unit(
            self.rows + other.rows,
            self.requests + other.requests,
            self.positions + other.positions,
            self.statements + other.statements,
            self.keys + other.keys,
        )


class VersionConflictError(Exception):
    """Another writer recorded this version of an aggregate, or made the key of this child, first: decide anew."""


class RequestRepeatedError(Exception):
    """A request id in the unit was carried out before; nothing of the unit was written."""

    def __init__(self, earlier: Request) -> None:
        super().__init__(earlier.request_id)
        self.earlier = earlier


class PositionConflictError(Exception):
    """A reader's position would not have moved upwards: another process reads in its place."""
