"""What one process commits, another one of the same service hears of at once, also the last of many."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import nats
import pytest
from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.unit import Row, Unit
from baoxue_shared.messaging.waking import Waking
from baoxue_shared.tasks import end

NEVER = 20.0  # seconds: only a wake ends a wait before
AT_ONCE = 5.0


def unit():
    row = Row(uuid4(), 1, "t", datetime(2025, 9, 1, tzinfo=UTC), "a", "220822", b"{}")
    return Unit(rows=(row,))


@pytest.fixture
def process(broker, fresh):
    """A store of its own connections, and its wake."""
    address = fresh("aid").app

    @asynccontextmanager
    async def start(slowly=0.0):
        store = PostgresStore(address, "aid")
        waking = Waking(store)
        client = await nats.connect(
            broker.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, reconnected_cb=waking.reconnected
        )
        publish = client.publish

        async def publish_slowly(*args):
            await publish(*args)
            await asyncio.sleep(slowly)

        client.publish = publish_slowly
        running = asyncio.create_task(waking.run(client))
        await client.flush()
        try:
            yield store
        finally:
            await end([running])
            await client.close()
            await store.close()

    return start


async def waited(store, position):
    """Seconds until the store was woken with more than `position` on record."""
    began = time.monotonic()
    while await store.last_position() <= position:
        await store.wait_beyond(position, NEVER)
    return time.monotonic() - began


async def test_a_commit_while_a_wake_is_on_its_way_is_told_too(process):
    async with process(slowly=0.3) as one, process() as other:
        waiting = asyncio.create_task(waited(other, 0))
        await asyncio.sleep(0.4)  # the greetings are over
        await one.append(unit())
        assert await waiting < AT_ONCE
        waiting = asyncio.create_task(waited(other, 1))
        await asyncio.sleep(0.1)
        await one.append(unit())
        assert await waiting < AT_ONCE


async def test_after_many_commits_the_other_process_has_heard_of_the_last_one(process):
    async with process() as one, process() as other:

        async def write():
            for _ in range(10):
                await one.append(unit())

        for number in range(1, 6):
            waiting = asyncio.create_task(waited(other, 200 * number - 1))
            await asyncio.gather(*(write() for _ in range(20)))
            assert await waiting < AT_ONCE


async def test_what_is_committed_while_the_broker_is_away_is_told_when_it_is_back(process, broker):
    async with process() as one, process() as other:
        waiting = asyncio.create_task(waited(other, 0))
        await asyncio.sleep(0.2)
        broker.kill()
        await one.append(unit())
        await asyncio.sleep(0.3)
        assert not waiting.done()
        broker.start()
        assert await waiting < AT_ONCE
        waiting = asyncio.create_task(waited(other, 1))
        await asyncio.sleep(0.2)
        await one.append(unit())
        assert await waiting < AT_ONCE


async def test_a_commit_whose_caller_has_gone_is_told_too(process):
    async with process() as one, process() as other:
        waiting = asyncio.create_task(waited(other, 0))
        await asyncio.sleep(0.2)
        calling = asyncio.create_task(one.append(unit()))
        await asyncio.sleep(0)
        calling.cancel()
        assert await waiting < AT_ONCE
