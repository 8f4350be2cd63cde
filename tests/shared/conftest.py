"""A toy aggregate on the real history, shared by the tests of `baoxue_shared`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from baoxue_shared.actor import Actor
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.clock import FixedClock
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.sealed import Sealed


class ShutGateError(RefusalError):
    """A shut gate was asked to shut."""


class Gate(Audited):
    TOPIC = "toy.Gate"

    class Built(Audited.Event, AggregateCreated):
        TOPIC = "toy.Gate.Built"
        child_id: UUID
        area: str
        name: Sealed

    @event(Built)
    def __init__(self, child_id: UUID, area: str, name: Sealed) -> None:
        self.child_id, self.area, self.name = child_id, area, name
        self.is_shut, self.visits = False, 0

    class Shut(Audited.Event):
        TOPIC = "toy.Gate.Shut"
        reason: str

    def shut(self, reason: str) -> None:
        if self.is_shut:
            raise ShutGateError
        self._shut(reason)

    @event(Shut)
    def _shut(self, reason: str) -> None:
        self.is_shut = True

    class OpenedAgain(Audited.Event):
        TOPIC = "toy.Gate.OpenedAgain"

    @event(OpenedAgain)
    def open_again(self) -> None:
        self.is_shut = False

    class Visited(Audited.Event):
        TOPIC = "toy.Gate.Visited"

    @event(Visited)
    def visit(self) -> None:
        self.visits += 1


class BuildGate(Command):
    name: str
    area: str = "220822"


class ShutGate(Command):
    reason: str


class Gates(Application):
    @command
    async def build_gate(self, command: BuildGate) -> Recorded:
        child = uuid4()
        sealed = self.seal(child, Gate.Built.TOPIC, name=command.name)
        return await self.save(Gate(child_id=child, area=command.area, **sealed))

    @command
    async def shut_gate(self, gate_id: UUID, command: ShutGate) -> Recorded:
        async with self.changing(Gate, gate_id) as gate:
            gate.shut(command.reason)
            return await self.save(gate)

    @command
    async def open_gate_again(self, gate_id: UUID) -> Recorded:
        async with self.changing(Gate, gate_id) as gate:
            gate.open_again()
            return await self.save(gate)

    @command
    async def visit_gate(self, gate_id: UUID) -> Recorded:
        async with self.changing(Gate, gate_id) as gate:
            gate.visit()
            return await self.save(gate)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2025, 9, 1, tzinfo=UTC))


@pytest.fixture
def county() -> Actor:
    return Actor("dev:county-education", "county-education", "220822", "220822")


@pytest.fixture
async def gates(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Gates]:
    migrate_sqlite(tmp_path / "toy.sqlite3", "toy")
    store = SQLiteStore(tmp_path / "toy.sqlite3", "toy")
    sealer = Sealer.open_store(tmp_path / "keys", "toy")
    yield Gates(store, sealer, clock)
    await store.close()
    sealer.close()
