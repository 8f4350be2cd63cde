"""Departments' systems send commands over NATS and get the answers that HTTP gives."""

import asyncio
import json
from uuid import uuid4

import nats
import pytest
from baoxue_shared.history.store import UnreachableStoreError
from faststream.nats import NatsBroker


@pytest.fixture
async def ask(streams, at_work, issuer):
    async with at_work("aid", streams.url) as aid:
        client = await nats.connect(streams.url)

        async def send(operation, *, role="county-education", raw=None, **asked):
            message = raw or json.dumps({"token": issuer.token(role), "request_id": str(uuid4())} | asked).encode()
            for _ in range(50):  # until the handler listens
                try:
                    answer = await client.request(f"commands.aid.{operation}", message, timeout=5)
                except nats.errors.NoRespondersError:
                    await asyncio.sleep(0.05)
                    continue
                return json.loads(answer.data)
            raise AssertionError("nobody answers")

        send.aid = aid
        yield send
        await client.close()


def opening(child):
    ids = {"child_id": child, "school_id": str(uuid4()), "case_id": str(uuid4())}
    return {**ids, "area": "220822100201", "cause": "poverty", "opened_on": "2025-09-01"}


async def test_a_command_is_recorded_and_its_repetition_answered_the_same(ask):
    asked = {"request_id": "r1", "body": opening(str(uuid4()))}
    first = await ask("open-plan", **asked)
    assert first["recorded"]["version"] == 1
    assert await ask("open-plan", **asked) == first
    need = {"path": {"plan_id": first["recorded"]["id"]}, "body": {"dimension": "health", "found": "心脏病"}}
    assert (await ask("assess-need", **need))["recorded"]["version"] == 2


async def test_another_body_under_the_same_request_id_is_refused(ask):
    await ask("open-plan", request_id="r1", body=opening(str(uuid4())))
    other = await ask("open-plan", request_id="r1", body=opening(str(uuid4())))
    assert other["problem"]["status"] == 409


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"token": "none"}, 401),
        ({"role": "police"}, 403),
        ({"request_id": ""}, 422),
        ({"body": {"child_id": 1}}, 422),
        ({"raw": b"{no json"}, 422),
        ({"colour": "red"}, 422),
    ],
)
async def test_a_wrong_one_gets_a_problem_document_and_records_nothing(ask, asked, status):
    answer = await ask("open-plan", **({"body": opening(str(uuid4()))} | asked))
    assert answer["problem"]["status"] == status
    assert await ask.aid.world.store.last_position() == 0


async def test_all_channels_are_in_the_asyncapi_document(ask):
    from baoxue_shared.messaging.asking import Asking

    document = json.loads(Asking(ask.aid.parts.api.state.routes, "nats://x:1").document())
    assert document["asyncapi"].startswith("3.")
    channels = {channel["address"] for channel in document["channels"].values()}
    assert {"commands.aid.open-plan", "aid.{county}.money.paid.v1"} <= channels


@pytest.fixture
def refused_at_first(monkeypatch):
    """FastStream's connection fails twice."""
    start, refusals = NatsBroker.start, [ConnectionError(), ConnectionError()]

    async def starting(broker):
        if refusals:
            raise refusals.pop()
        await start(broker)

    monkeypatch.setattr(NatsBroker, "start", starting)
    return refusals


async def test_a_broker_that_goes_away_when_asking_begins_is_waited_for(refused_at_first, ask):
    child = str(uuid4())
    assert (await ask("open-plan", body=opening(child)))["recorded"]["version"] == 1
    assert refused_at_first == []


async def test_a_database_that_is_away_is_told_as_over_http(ask, monkeypatch):
    async def away(_):
        raise UnreachableStoreError

    monkeypatch.setattr(ask.aid.world.store, "append", away)
    answer = await ask("open-plan", body=opening(str(uuid4())))
    assert (answer["problem"]["status"], answer["problem"]["type"]) == (503, "urn:baoxue:problem:UnreachableStore")
