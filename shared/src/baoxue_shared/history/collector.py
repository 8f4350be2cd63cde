"""A micro-batch of a reader: its acts are written in one unit with the reader's position."""

from contextlib import AsyncExitStack
from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.history.unit import Unit


class Collector:
    """Holds units, and the locks of the aggregates they change, until the batch is committed or dropped."""

    def __init__(self) -> None:
        self.unit = Unit()
        self.held: dict[UUID, Audited] = {}
        self.locks = AsyncExitStack()
        self.calls = 0  # commands of the message in hand: each gets a request id of its own

    def add(self, unit: Unit) -> None:
        self.unit = self.unit.joined(unit)
