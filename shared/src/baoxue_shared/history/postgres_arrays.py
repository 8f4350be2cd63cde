"""Whole columns as PostgreSQL's binary arrays: psycopg's own dumper looks at each element several times."""

import struct
from collections.abc import Iterable
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import TupleRow

_HEAD, _EMPTY, _LENGTH = struct.Struct("!5i"), struct.Struct("!3i"), struct.Struct("!i")
_INT4, _INT8 = struct.Struct("!2i"), struct.Struct("!iq")
_NULL = _LENGTH.pack(-1)


def _sized(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


class Column(list[bytes]):
    """Elements as they go over the wire, each with its length; the subclass says of which type."""

    oid, array_oid = 0, 0

    def whole(self) -> bytes:
        """One-dimensional, counted from 1; the second word tells that there may be nulls."""
        if not self:
            return _EMPTY.pack(0, 0, self.oid)
        return _HEAD.pack(1, 1, self.oid, len(self), 1) + b"".join(self)


class Texts(Column):
    oid, array_oid = 25, 1009

    @classmethod
    def of(cls, values: Iterable[str | None]) -> "Texts":
        return cls([_NULL if value is None else _sized(value.encode()) for value in values])


class Blobs(Column):
    oid, array_oid = 17, 1001

    @classmethod
    def of(cls, values: Iterable[bytes]) -> "Blobs":
        return cls([_sized(value) for value in values])


class Ids(Column):
    oid, array_oid = 2950, 2951

    @classmethod
    def of(cls, values: Iterable[UUID]) -> "Ids":
        return cls([_sized(value.bytes) for value in values])


class Ints(Column):
    oid, array_oid = 23, 1007

    @classmethod
    def of(cls, values: Iterable[int]) -> "Ints":
        return cls([_INT4.pack(4, value) for value in values])


class BigInts(Column):
    oid, array_oid = 20, 1016

    @classmethod
    def of(cls, values: Iterable[int]) -> "BigInts":
        return cls([_INT8.pack(8, value) for value in values])


def _dumper(column: type[Column]) -> type[Dumper]:
    class ColumnDumper(Dumper):
        format = Format.BINARY
        oid = column.array_oid

        def dump(self, obj: Column) -> bytes:
            return obj.whole()

    return ColumnDumper


_DUMPERS: dict[type[Column], type[Dumper]] = {kind: _dumper(kind) for kind in (Texts, Blobs, Ids, Ints, BigInts)}


def register_columns(connection: AsyncConnection[TupleRow]) -> None:
    """The connection takes columns as arguments."""
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)
