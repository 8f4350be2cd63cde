"""Two processes of one service on one database: nobody decides by what the other has overtaken."""

import asyncio
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

import pytest
from baoxue_shared.errors import RefusalError, StaleVersionError
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.handling import ReactionHandling
from baoxue_shared.view import Heard, on

pytestmark = pytest.mark.parametrize("store_kind", ["sqlite", "postgresql"])


async def test_an_old_memory_does_not_refuse_what_another_process_made_possible(one, other):
    gate = await one.build()
    await one.shut(gate)
    await other.do("open_gate_again", gate)
    assert (await one.shut(gate)).version == 4
    with pytest.raises(RefusalError):
        await one.shut(gate)


async def test_if_match_is_held_against_the_record_and_not_against_a_memory(one, other):
    gate = await one.build()
    await other.do("visit_gate", gate)
    assert (await one.do("visit_gate", gate, expected_version=2)).version == 3
    with pytest.raises(StaleVersionError) as refusal:
        await other.do("visit_gate", gate, expected_version=2)
    assert refusal.value.words == {"expected": 2, "version": 3}


async def test_two_processes_deciding_at_once_lose_nothing(one, other):
    gate = await one.build()

    async def visits(office):
        return [(await office.do("visit_gate", gate)).version for _ in range(20)]

    versions = await asyncio.gather(visits(one), visits(other))
    assert sorted(versions[0] + versions[1]) == list(range(2, 42))


async def test_one_request_sent_to_both_is_carried_out_once(one, other):
    gate = await one.build()
    answers = await asyncio.gather(*(office.shut(gate, request_id="r") for office in (one, other) * 5))
    assert {answer.version for answer in answers} == {2}
    assert await one.gates.store.last_position() == 2


class NightFell(NamedTuple):
    gate: UUID


class AtNight:
    """A reaction that takes a refusal as "done already", as reactions do."""

    def __init__(self, office):
        self.office = office

    @on(NightFell)
    async def shut_gate_when_night_falls(self, fell, heard):
        kind = type(self.office.gates).shut_gate.__wrapped__.__annotations__["command"]
        with suppress(RefusalError):
            await self.office.gates.shut_gate(fell.gate, kind(reason="night"))


def heard(gate, position, clock):
    at = clock.now()
    return Heard("enrollment", 1, position, at, at, "a", "220822", "c", f"enrollment:1:{position}", NightFell(gate))


async def test_a_reaction_does_not_skip_what_its_memory_takes_for_done(one, other):
    gate, clock = await one.build(), one.gates.clock
    committing = Committing(
        one.gates.store, "toy-reactions", "enrollment", ReactionHandling(AtNight(one), clock, "220822"), clock
    )
    await committing.commit([heard(gate, 1, clock), heard(gate, 2, clock)], 2)
    await other.do("open_gate_again", gate)
    await committing.commit([heard(gate, 3, clock)], 3)
    topics = [row.topic for row in await one.gates.store.rows()]
    assert topics == ["toy.Gate.Built", "toy.Gate.Shut", "toy.Gate.OpenedAgain", "toy.Gate.Shut"]
    assert (await one.gates.store.reader_position("toy-reactions", "enrollment")).position == 3
