"""Where messages wait that could not be handled: the whole message, behind the same child, in order."""

from typing import NamedTuple

from baoxue_shared.clock import Clock
from baoxue_shared.contracts.base import Contract
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Place, SqlValue, Statement
from baoxue_shared.messaging.cloudevents import Unreadable, encode
from baoxue_shared.view import Heard

_THERE = "reader = :reader and publisher = :publisher and epoch = :epoch and position = :position"


def key_of(heard: Heard) -> str:
    """What must stay in order: the child, else the case or plan, else the publisher's stream itself."""
    for name in ("child_id", "case_id", "plan_id", "area"):
        value = getattr(heard.body, name, None)
        if value is not None:
            return str(value)
    return heard.originator_id


def written(heard: Heard) -> str:
    """The message as it came; an own event is found by its position."""
    if isinstance(heard.body, Unreadable):
        return heard.body.text
    return encode(heard.body, heard).decode() if isinstance(heard.body, Contract) else heard.event_id


class Parked(NamedTuple):
    """One waiting message."""

    reader: str
    publisher: str
    position: int
    key: str
    message: str
    error: str
    parked_at: str
    epoch: int

    @property
    def place(self) -> Place:
        return self.epoch, self.position


def _parked(row: Record) -> Parked:
    text = {name: str(row[name]) for name in ("reader", "publisher", "message", "error", "parked_at")}
    position, epoch = int(row["position"] or 0), int(row["epoch"] or 0)
    return Parked(**text, position=position, epoch=epoch, key=str(row["parked_key"]))


class Parking:
    """The waiting messages of one reader and publisher; `keys`: children that have some."""

    def __init__(self, store: Store, reader: str, publisher: str, clock: Clock) -> None:
        self._store, self._reader, self._publisher, self._clock = store, reader, publisher, clock
        self._table = f"{store.service}_parked"
        self._whose = {"reader": reader, "publisher": publisher}
        self.keys: set[str] = set()

    async def load(self) -> None:
        self.keys = {parked.key for parked in await self.listed()}

    async def listed(self, key: str = "%") -> list[Parked]:
        """In order of place."""
        rows = await self._store.fetch(
            f"select * from {self._table} where reader = :reader and publisher = :publisher"
            " and parked_key like :key order by epoch, position",
            {**self._whose, "key": key},
        )
        return [_parked(row) for row in rows]

    async def holds(self, key: str) -> bool:
        """Whether something of the key still waits; an operator may have dealt with it in another process."""
        if key in self.keys and not await self.listed(key):
            self.keys.discard(key)
        return key in self.keys

    def statement(self, heard: Heard, problem: str) -> Statement:
        return Statement(
            f"insert into {self._table} (reader, publisher, position, parked_key, message, error, parked_at, epoch)"
            " values (:reader, :publisher, :position, :key, :message, :error, :at, :epoch)",
            {
                **self._whose,
                "epoch": heard.epoch,
                "position": heard.position,
                "key": key_of(heard),
                "message": written(heard),
                "error": problem,
                "at": self._clock.now().isoformat(),
            },
        )

    def gone(self, place: Place) -> Statement:
        """The message was handled, or dropped."""
        return Statement(f"delete from {self._table} where {_THERE}", self._there(place))

    def failed_again(self, place: Place, problem: str) -> Statement:
        sql = f"update {self._table} set error = :error where {_THERE}"
        return Statement(sql, {**self._there(place), "error": problem})

    def _there(self, place: Place) -> dict[str, SqlValue]:
        return {**self._whose, "epoch": place[0], "position": place[1]}
