"""Erasure is recorded, complete, and done again from the record after a crash or a restore of old keys."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from baoxue_shared.actor import Actor, acting_as, system_actor
from baoxue_shared.clock import FixedClock
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import OutsideJurisdictionError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.privacy.erasure import Erasure, Ground, reapply_erasures, record_erasure
from baoxue_shared.privacy.sealer import ERASED, ErasedChildError, Sealer

AREA = "220822100001"
CLOCK = FixedClock(datetime(2026, 5, 4, 1, tzinfo=UTC))
OFFICE = Actor("p1", "county-education", "220822", "220822")
ID_NUMBER = "220822201301010011"


class EraseChild(Command):
    clause: ClassVar[str | None] = "PIPL 47"
    ground: Ground


class Register(Application):
    """The smallest application that can erase."""

    @command
    async def erase_child(self, child_id: UUID, command: EraseChild) -> Recorded:
        return await record_erasure(self, child_id, AREA, command.ground)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    migrate_sqlite(tmp_path / "e.sqlite3", "enrollment")
    sealer = Sealer.open_store(tmp_path / "keys", "enrollment")
    register = Register(SQLiteStore(tmp_path / "e.sqlite3", "enrollment"), sealer, CLOCK)
    yield register
    asyncio.run(register.store.close())
    sealer.close()


async def erase(register: Register, child: UUID, actor: Actor = OFFICE, request_id: str = "r1") -> Recorded:
    with acting_as(actor, clock=CLOCK, request_id=request_id):
        return await register.erase_child(child, EraseChild(ground="request-of-the-guardian"))


def test_an_erasure_is_recorded_and_the_field_reads_erased(register: Register) -> None:
    async def story() -> None:
        child = uuid4()
        sealed = (await register.sealer.seal(child, "x.Y", name="张小明"))["name"]
        await register.sealer.claim(ID_NUMBER, child)
        recorded = await erase(register, child)
        (row,) = await register.store.rows_of(recorded.id)
        assert row.topic == Erasure.KeysDestroyed.TOPIC
        event = register.mapper.to_event(row)
        assert (event.child_id, event.area, event.metadata.clause) == (child, AREA, "PIPL 47")
        assert await register.sealer.open(child, sealed) == ERASED
        assert await register.sealer.find(ID_NUMBER) is None

    asyncio.run(story())


def test_the_same_request_again_returns_the_first_answer_and_another_is_refused(register: Register) -> None:
    async def story() -> None:
        child = uuid4()
        first = await erase(register, child)
        assert await erase(register, child) == first
        with pytest.raises(ErasedChildError):
            await erase(register, child, request_id="r2")
        assert await register.store.last_position() == 1

    asyncio.run(story())


def test_another_county_erases_nothing(register: Register) -> None:
    async def story() -> None:
        child = uuid4()
        sealed = (await register.sealer.seal(child, "x.Y", name="张小明"))["name"]
        with pytest.raises(OutsideJurisdictionError):
            await erase(register, child, Actor("p2", "county-education", "220881", "220881"))
        assert await register.sealer.open(child, sealed) == "张小明"
        assert await register.store.last_position() == 0

    asyncio.run(story())


def test_a_machine_of_the_county_erases_what_another_service_announced(register: Register) -> None:
    recorded = asyncio.run(erase(register, uuid4(), system_actor("reaction", "220822")))
    assert recorded.version == 1


def test_old_keys_that_come_back_are_destroyed_from_the_record(register: Register, tmp_path: Path) -> None:
    async def story() -> None:
        child, kept = uuid4(), uuid4()
        sealed = (await register.sealer.seal(child, "x.Y", name="张小明"))["name"]
        other = (await register.sealer.seal(kept, "x.Y", name="李四"))["name"]
        shutil.copytree(tmp_path / "keys", tmp_path / "backup")
        await erase(register, child)
        restored = Sealer.open_store(tmp_path / "backup", "enrollment")
        assert await restored.open(child, sealed) == "张小明"
        assert await reapply_erasures(register.store, restored) == 1
        assert await restored.open(child, sealed) == ERASED
        assert await restored.open(kept, other) == "李四"
        restored.close()

    asyncio.run(story())


class PowerCutError(Exception):
    """The process died between the record and the destruction."""


def test_a_crash_between_record_and_destruction_is_made_good_at_the_next_start(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        child = uuid4()
        sealed = (await register.sealer.seal(child, "x.Y", name="张小明"))["name"]

        async def die(_: UUID) -> None:
            raise PowerCutError

        with monkeypatch.context() as patched:
            patched.setattr(register.sealer, "destroy", die)
            with pytest.raises(PowerCutError):
                await erase(register, child)
        assert await register.store.last_position() == 1
        await reapply_erasures(register.store, register.sealer)
        assert await register.sealer.open(child, sealed) == ERASED

    asyncio.run(story())
