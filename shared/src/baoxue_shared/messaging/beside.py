"""A read model under other names, so that it can be built beside the one that serves; and the hash of its state."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import ReaderPosition, Statement
from baoxue_shared.view import Heard, View

SUFFIX = "__next"
_MADE = re.compile(r"create (?:table|(?:unique )?index) if not exists (\w+)", re.IGNORECASE)
_TABLE = re.compile(r"create table if not exists (\w+)", re.IGNORECASE)
_INDEX = re.compile(r"create (?:unique )?index if not exists (\w+)", re.IGNORECASE)


def tables_of(view: View) -> list[str]:
    """Names, in the order in which they are made."""
    return _names(_TABLE, view)


def _names(made: re.Pattern[str], view: View) -> list[str]:
    return [found[1] for text in view.tables if (found := made.match(text))]


class Beside(View):
    """The same effects on tables of other names."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self.name = f"{view.name}{SUFFIX}"  # type: ignore[misc]  # its own reader's name
        names = "|".join(_names(_MADE, view))
        self._names = re.compile(rf"\b({names})\b")
        self._renamed = lru_cache(None)(lambda text: self._names.sub(rf"\1{SUFFIX}", text))
        self.tables = tuple(map(self._renamed, view.tables))  # type: ignore[misc]

    @property
    def kinds(self) -> frozenset[type]:
        return self._view.kinds

    def effects(self, heard: Heard) -> tuple[Statement, ...]:
        effects = self._view.effects(heard)
        return tuple(Statement(self._renamed(effect.sql), effect.params) for effect in effects)


def cleared(store: Store, beside: View) -> tuple[Statement, ...]:
    """What an earlier attempt left is gone: tables, positions, parked messages."""
    drops = (Statement(f"drop table if exists {table}") for table in tables_of(beside))
    return (*drops, _parked_gone(store, beside.name), store.forgetting(beside.name))


def _parked_gone(store: Store, reader: str) -> Statement:
    return Statement(f"delete from {store.service}_parked where reader = :reader", {"reader": reader})


def switching(store: Store, view: View, at: Iterable[ReaderPosition]) -> tuple[Statement, ...]:
    """The one built beside takes the place of the one that served, unless that one has moved on from `at`."""
    beside = Beside(view)
    tables = [
        Statement(text)
        for table in tables_of(view)
        for text in (f"drop table if exists {table}", f"alter table {table}{SUFFIX} rename to {table}")
    ]
    # an index cannot be renamed everywhere: it is made anew under its name
    dropped = (Statement(f"drop index if exists {name}") for name in _names(_INDEX, beside))
    made = (Statement(text) for text in view.tables if _INDEX.match(text))
    gone = (_parked_gone(store, beside.name), store.forgetting(beside.name))
    return (*(_unmoved(store.service, position) for position in at), *dropped, *tables, *made, *gone)


def taking_over(store: Store, view: View) -> tuple[Statement, ...]:
    """Before `switching` to another definition: its version, and what is parked for it, stand for the view."""
    service, beside = store.service, Beside(view)
    return (
        Statement(
            f"update {service}_views set version = :version where name = :name",
            {"name": view.name, "version": view.version},
        ),
        _parked_gone(store, view.name),
        Statement(
            f"update {service}_parked set reader = :name where reader = :beside",
            {"name": view.name, "beside": beside.name},
        ),
    )


def _unmoved(service: str, at: ReaderPosition) -> Statement:
    """Fails (a null where none may be) if the reader is not where it was."""
    return Statement(
        f"insert into {service}_views (name, version) select 'moved', null from {service}_positions"
        " where reader = :reader and publisher = :publisher and (epoch, position) <> (:epoch, :position)",
        {"reader": at.reader, "publisher": at.publisher, "epoch": at.epoch, "position": at.position},
    )


async def state_hash(store: Store, view: View) -> str:
    """SHA-256 over all rows of all tables in their order; equal states in one database have equal hashes."""
    digest = hashlib.sha256()
    for table in tables_of(view):
        digest.update(f"{table.removesuffix(SUFFIX)}\n".encode())
        first = await store.fetch(f"select * from {table} limit 1")
        columns = ", ".join(first[0] if first else ())
        if columns:
            async for page in store.pages(f"select {columns} from {table} order by {columns}"):
                for row in page:
                    digest.update(msgspec.json.encode(row) + b"\n")
    return digest.hexdigest()
