"""A reaction that others overtake is carried out in the end; only what conflicts with itself is parked."""

from copy import deepcopy
from typing import NamedTuple
from uuid import UUID

import pytest
from baoxue_shared.audited import Audited
from baoxue_shared.errors import OverloadedError
from baoxue_shared.messaging import commit, overtaken
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.handling import ReactionHandling
from baoxue_shared.messaging.retrying import retry
from baoxue_shared.view import Heard, on

pytestmark = pytest.mark.parametrize("store_kind", ["sqlite", "postgresql"])


class NightFell(NamedTuple):
    child_id: UUID


class AtNight:
    """Visits the gate; `overtaking` times another process visits it first. `stale`: goes on from an old state."""

    overtaking, poisoned, stale = 0, False, None

    def __init__(self, one, other):
        self.one, self.other = one, other

    @on(NightFell)
    async def visit_gate_when_night_falls(self, fell, _):
        if self.poisoned:
            raise ValueError("poison")
        if self.stale is not None:
            gate = deepcopy(self.stale)
            gate.visit()
            await self.one.gates.save(gate)
            return
        await self.one.gates.visit_gate(fell.child_id)
        if self.overtaking:
            self.overtaking -= 1
            await self.other.do("visit_gate", fell.child_id)


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(overtaken, "BACK_OFF", 0.001)
    monkeypatch.setattr(overtaken, "LONGEST", 0.01)
    monkeypatch.setattr(commit, "BACK_OFF", 0.001)


@pytest.fixture
def at_night(one, other):
    return AtNight(one, other)


@pytest.fixture
def committing(at_night, one):
    handling = ReactionHandling(at_night, one.gates.clock, "220822")
    return Committing(one.gates.store, "toy-reactions", "enrollment", handling, one.gates.clock)


@pytest.fixture
def night(one):
    def heard(gate, position=1):
        at = one.gates.clock.now()
        return Heard("enrollment", 1, position, at, at, "a", "220822", "c", f"enrollment:1:{position}", NightFell(gate))

    return heard


async def reached(one):
    position = await one.gates.store.reader_position("toy-reactions", "enrollment")
    return position.position if position else 0


async def visits(one, gate):
    """Whose request each visit was."""
    rows = await one.gates.store.rows_of(gate, after_version=1)
    return [b"enrollment:1:" in row.state for row in rows]


async def test_overtaken_again_and_again_it_is_carried_out_once_in_the_end(at_night, committing, night, one):
    gate, at_night.overtaking = await one.build(), 25
    await committing.commit([night(gate)], 1)
    assert await visits(one, gate) == [False] * 25 + [True]
    assert (await committing.parking.listed(), await reached(one)) == ([], 1)


async def test_the_messages_behind_it_wait_and_then_come(at_night, committing, night, one):
    gate, quiet, at_night.overtaking = await one.build(), await one.build(), 12
    await committing.commit([night(gate, 1), night(quiet, 2), night(gate, 3)], 3)
    assert [(await visits(one, it)).count(True) for it in (gate, quiet)] == [2, 1]
    assert (await committing.parking.listed(), await reached(one)) == ([], 3)


async def test_what_conflicts_with_itself_is_parked_and_stops_nobody(at_night, committing, night, one):
    gate, quiet = await one.build(), await one.build()
    at_night.stale = await one.gates.load(Audited, gate)
    await one.do("visit_gate", gate)
    await committing.commit([night(gate, 1)], 1)
    at_night.stale = None
    await committing.commit([night(quiet, 2)], 2)
    (parked,) = await committing.parking.listed()
    assert (parked.position, parked.error.partition(":")[0]) == (1, "VersionConflictError")
    assert await visits(one, quiet) == [True]


async def test_an_operator_s_retry_that_is_overtaken_goes_on_too(at_night, committing, night, one, monkeypatch):
    message = night(await one.build())

    async def heard_again(*_):
        return message

    monkeypatch.setattr("baoxue_shared.messaging.retrying._heard", heard_again)
    at_night.poisoned = True
    await committing.commit([message], 1)
    assert [parked.error for parked in await committing.parking.listed()] == ["ValueError: poison"]
    at_night.poisoned, at_night.overtaking = False, 12
    gate = message.body.child_id
    assert await retry(committing, str(gate)) == 1
    assert await visits(one, gate) == [False] * 12 + [True]
    assert await committing.parking.listed() == []


async def test_a_store_that_is_overloaded_parks_nothing(committing, night, one, monkeypatch):
    gate = await one.build()

    async def full(_):
        raise OverloadedError

    monkeypatch.setattr(one.gates.store, "append", full)
    with pytest.raises(OverloadedError):
        await committing.commit([night(gate)], 1)
    monkeypatch.undo()
    assert (await committing.parking.listed(), await reached(one)) == ([], 0)
    await committing.commit([night(gate)], 1)
    assert (await visits(one, gate), await reached(one)) == ([True], 1)
