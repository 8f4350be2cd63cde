"""The stream is a copy in order: no relay reorders it, doubles it, or leaves it wiped."""

import asyncio

import nats
import pytest
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.messaging.provision import provision, stream_config
from baoxue_shared.messaging.relay import Relay


def ids(count):
    return [f"aid:1:{n}" for n in range(1, count + 1)]


async def test_what_is_recorded_arrives_in_order_once(streams, at_work, eventually, stream):
    async with at_work("aid", streams.url) as aid:
        await asyncio.gather(*(aid.open_plan() for _ in range(300)))
        assert await eventually(lambda: stream(streams.url), ids(300)) == ids(300)


async def test_two_relays_of_one_history_neither_double_nor_reorder(streams, at_work, eventually, stream):
    async with at_work("aid", streams.url) as aid:
        client = await nats.connect(streams.url)
        second = asyncio.create_task(Relay(aid.world.store, aid.parts.published, client).run())
        for _ in range(20):
            await asyncio.gather(*(aid.open_plan() for _ in range(20)))
        assert await eventually(lambda: stream(streams.url), ids(400), 40) == ids(400)
        second.cancel()
        await client.close()


async def test_a_stale_relay_is_fenced_off(streams, at_work, eventually, stream, monkeypatch):
    """It read where the stream stood, slept, and goes on from there when ids are no longer remembered."""
    monkeypatch.setattr("baoxue_shared.messaging.relay.ACKNOWLEDGED_WITHIN", 0.5)
    client = await nats.connect(streams.url)
    config = stream_config("aid")
    config.duplicate_window = 0.1
    await client.jetstream().update_stream(config)
    async with at_work("aid", streams.url) as aid:
        stale = Relay(aid.world.store, aid.parts.published, client)
        await stale._resume()
        for _ in range(5):
            await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(5)) == ids(5)
        await asyncio.sleep(0.5)
        with pytest.raises(TimeoutError):
            await stale._publish(await aid.world.store.rows(limit=10))
        assert await stream(streams.url) == ids(5)
        await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(6)) == ids(6)
    await client.close()


async def test_recording_goes_on_while_the_broker_is_down_and_everything_arrives_later(
    streams, at_work, eventually, stream
):
    async with at_work("aid", streams.url) as aid:
        await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(1)) == ids(1)
        streams.kill()
        for _ in range(5):
            await aid.open_plan()
        streams.start()
        assert await eventually(lambda: stream(streams.url), ids(6), 30) == ids(6)


async def test_a_service_that_starts_while_the_broker_is_down_records_too(streams, at_work, eventually, stream):
    streams.kill()
    async with at_work("aid", streams.url) as aid:
        await aid.open_plan()
        streams.start()
        assert await eventually(lambda: stream(streams.url), ids(1), 30) == ids(1)


async def test_a_wiped_broker_is_filled_again_and_readers_see_nothing_twice(streams, at_work, eventually, stream):
    async with at_work("aid", streams.url) as aid, at_work("oversight", streams.url) as oversight:
        for _ in range(10):
            await aid.open_plan()
        assert await eventually(oversight.facts, list(range(1, 11))) == list(range(1, 11))
        await asyncio.to_thread(streams.kill)
        streams.wipe()
        await asyncio.to_thread(streams.start)
        await provision(streams.url)
        assert await eventually(lambda: stream(streams.url), ids(10), 30) == ids(10)
        await aid.open_plan()
        assert await eventually(oversight.facts, list(range(1, 12)), 30) == list(range(1, 12))
        committing = oversight.world.committing("ledger", "aid")
        assert (committing.position.position, await committing.parking.listed()) == (11, [])


async def test_one_deleted_stream_is_made_and_filled_again(streams, at_work, eventually, stream):
    from baoxue_shared.messaging.provision import rebuild

    async with at_work("aid", streams.url) as aid:
        for _ in range(10):
            await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(10)) == ids(10)
        await rebuild(streams.url, "aid")
        assert await eventually(lambda: stream(streams.url), ids(10), 30) == ids(10)


async def test_provisioning_again_changes_nothing_and_another_s_configuration_is_told(streams):
    assert set((await provision(streams.url)).values()) == {"present"}
    client = await nats.connect(streams.url)
    config = stream_config("aid")
    config.duplicate_window = 7.0
    await client.jetstream().update_stream(config)
    await client.close()
    report = await provision(streams.url)
    assert report["aid"].startswith("differs: duplicate_window")
    assert {report[s] for s in SERVICES if s != "aid"} == {"present"}


async def test_nobody_may_delete_or_purge_a_message(streams, at_work, eventually, stream):
    async with at_work("aid", streams.url) as aid:
        await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(1)) == ids(1)
    client = await nats.connect(streams.url)
    with pytest.raises(nats.js.errors.APIError):
        await client.jetstream().delete_msg("AID", 1)
    with pytest.raises(nats.js.errors.APIError):
        await client.jetstream().purge_stream("AID")
    await client.close()
