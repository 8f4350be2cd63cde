"""A parked message waits with all that follows of its child, until an operator retries or drops it."""

import asyncio
from uuid import uuid4

import pytest
from baoxue_shared.history.unit import Statement, Unit
from baoxue_shared.messaging import commit
from baoxue_shared.messaging.cloudevents import unreadable
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.retrying import retry


@pytest.fixture
def poison(monkeypatch):
    """Opening a case fails for these children until they are healed."""
    from baoxue_cases.application import Cases

    children, opened = set(), Cases.open_case
    monkeypatch.setattr(commit, "BACK_OFF", 0.001)

    async def trips(self, command):
        if command.child_id in children:
            raise ValueError("poison")
        return await opened(self, command)

    monkeypatch.setattr(Cases, "open_case", trips)
    return children


async def waiting(desk):
    return (await desk.served.ask("/parked", "operator"))["rows"]


def key(child):
    return {"reader": "cases-reactions", "publisher": "enrollment", "key": str(child)}


async def opened(desk):
    return (await desk.served.topics()).count("cases.DropoutCase.Opened")


async def test_healed_and_retried_all_messages_of_the_child_are_handled_in_order(desk, poison):
    sick, well = uuid4(), uuid4()
    poison.add(sick)
    for child in (sick, well, sick):
        await desk.served.hear(desk.missed(child))
    assert [row["position"] for row in await waiting(desk)] == [1, 3]
    poison.clear()
    answer = await desk.served.post("/parked/retry", key(sick), "operator")
    assert answer.json()["answer"] == {"handled": 2}
    assert await waiting(desk) == []
    assert await opened(desk) == 2
    await desk.served.hear(desk.missed(uuid4()))
    assert await opened(desk) == 3


async def test_what_fails_again_stays_with_its_error_and_those_behind_it(desk, poison):
    sick = uuid4()
    poison.add(sick)
    for _ in range(2):
        await desk.served.hear(desk.missed(sick))
    refused = await desk.served.post("/parked/retry", key(sick), "operator")
    assert refused.status_code == 409
    assert "第 1 号消息仍然办理不了（ValueError: poison）" in refused.json()["detail"]
    assert len(await waiting(desk)) == 2


async def test_dropping_is_recorded_with_its_reason_and_those_behind_can_be_retried(desk, poison):
    sick = uuid4()
    poison.add(sick)
    for _ in range(2):
        await desk.served.hear(desk.missed(sick))
    poison.clear()
    body = {"reader": "cases-reactions", "publisher": "enrollment", "position": 1, "reason": "duplicate of a paper"}
    first = await desk.served.send("/parked/drop", body, "operator", key="drop")
    assert await desk.served.send("/parked/drop", body, "operator", key="drop") == first
    story = await desk.served.ask(f"/history/{first['id']}", "auditor")
    assert (story[0]["facts"]["reason"], story[0]["role"]) == ("duplicate of a paper", "operator")
    assert [row["position"] for row in await waiting(desk)] == [2]
    await desk.served.post("/parked/retry", key(sick), "operator")
    assert await opened(desk) == 1


async def test_nothing_waits_there(desk):
    answer = await desk.served.post("/parked/retry", key(uuid4()), "operator")
    assert answer.status_code == 404
    body = {"reader": "nobody", "publisher": "enrollment", "position": 1, "reason": "none"}
    assert (await desk.served.post("/parked/drop", body, "operator")).status_code == 404


async def test_only_the_operator_may(desk):
    for role in ("county-education", "auditor", "school"):
        assert (await desk.served.post("/parked/retry", key(uuid4()), role)).status_code == 403


async def test_what_cannot_be_read_is_parked_and_the_stream_goes_on(desk):
    bad = unreadable(b"{not json", "enrollment:1:1", ValueError("no JSON"))
    await desk.served.take(bad)
    (row, *_) = await waiting(desk)
    assert (row["error"], row["position"]) == ("no JSON", 1)
    assert unreadable(b"", "somebody else's", ValueError()) is None


async def test_two_operators_who_retry_at_once_in_two_processes_carry_it_out_once(desk, poison):
    world, sick = desk.served.world, uuid4()
    await world.store.execute([Statement("create table tally (child text)")])
    poison.add(sick)
    await desk.served.hear(desk.missed(sick))

    async def counts(batch, collector):
        await asyncio.sleep(0.05)  # both have read it before one of them writes
        collector.add(Unit(statements=(Statement("insert into tally values (:child)", {"child": str(sick)}),)))

    committings = [Committing(world.store, "cases-reactions", "enrollment", counts, world.clock) for _ in range(2)]
    await asyncio.gather(*(retry(committing, str(sick)) for committing in committings))
    assert await world.store.fetch("select count(*) as n from tally") == [{"n": 1}]
    assert await waiting(desk) == []
