import asyncio

import pytest
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.audited import Audited
from baoxue_shared.errors import OutsideJurisdictionError, RefusalError, RequestReusedError, StaleVersionError

pytestmark = pytest.mark.parametrize("store_kind", ["sqlite", "postgresql"])
GATE = {"name": "东门"}


def build(gates, **fields):
    kind = type(gates).build_gate.__wrapped__.__annotations__["command"]
    return gates.build_gate(kind(**(GATE | fields)))


def shut(gates, gate_id, reason):
    kind = type(gates).shut_gate.__wrapped__.__annotations__["command"]
    return gates.shut_gate(gate_id, kind(reason=reason))


async def test_nothing_is_recorded_without_an_actor(gates):
    with pytest.raises(LookupError):
        await build(gates)
    assert await gates.store.last_position() == 0


async def test_one_command_sent_ten_times_at_once_is_carried_out_once(gates, county):
    async def send():
        with acting_as(county, clock=gates.clock, request_id="r-1"):
            return await build(gates)

    answers = await asyncio.gather(*(send() for _ in range(10)))
    assert len({answer.id for answer in answers}) == 1
    assert {answer.position for answer in answers} == {1}
    assert await gates.store.last_position() == 1


async def test_a_change_repeated_after_it_was_carried_out_gets_the_first_answer(gates, county):
    with acting_as(county, clock=gates.clock, request_id="b"):
        gate = (await build(gates)).id
    answers = []
    for _ in range(2):
        with acting_as(county, clock=gates.clock, request_id="s"):
            answers.append(await shut(gates, gate, "night"))
    assert answers[0] == answers[1]
    with acting_as(county, clock=gates.clock, request_id="other"), pytest.raises(RefusalError):
        await shut(gates, gate, "night")


async def test_a_request_id_with_another_body_is_refused(gates, county):
    for name, refused in (("东门", False), ("西门", True)):
        with acting_as(county, clock=gates.clock, request_id="r"):
            if refused:
                with pytest.raises(RequestReusedError):
                    await build(gates, name=name)
            else:
                await build(gates, name=name)
    assert await gates.store.last_position() == 1


async def test_fifty_writers_on_one_aggregate_leave_no_gap_and_lose_nothing(gates, county):
    with acting_as(county, clock=gates.clock):
        gate = (await build(gates)).id

    async def visit():
        with acting_as(county, clock=gates.clock):
            return await gates.visit_gate(gate)

    answers = await asyncio.gather(*(visit() for _ in range(50)))
    assert sorted(a.version for a in answers) == list(range(2, 52))
    assert [row.position for row in await gates.store.rows()] == list(range(1, 52))


async def test_another_process_writing_first_makes_the_decision_anew(gates, county):
    with acting_as(county, clock=gates.clock):
        gate = (await build(gates)).id
    with acting_as(county, clock=gates.clock):
        await gates.visit_gate(gate)
    other = type(gates)(gates.store, gates.sealer, gates.clock)
    for application in (other, gates, other):
        with acting_as(county, clock=gates.clock):
            await application.visit_gate(gate)
    assert (await gates.load(Audited, gate)).visits == 4


async def test_if_match_with_an_old_version_is_refused_and_says_both_versions(gates, county):
    with acting_as(county, clock=gates.clock):
        gate = (await build(gates)).id
    with acting_as(county, clock=gates.clock):
        await gates.visit_gate(gate)
    with acting_as(county, clock=gates.clock, expected_version=1), pytest.raises(StaleVersionError) as refusal:
        await shut(gates, gate, "night")
    assert refusal.value.words == {"expected": 1, "version": 2}


async def test_a_neighbouring_countys_actor_is_refused(gates):
    stranger = Actor("s", "county-education", "220881", "220881")
    with acting_as(stranger, clock=gates.clock), pytest.raises(OutsideJurisdictionError):
        await build(gates)
    assert await gates.store.last_position() == 0
