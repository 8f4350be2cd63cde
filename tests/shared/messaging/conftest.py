"""Aid as publisher and cases as reader, on a broker of the test's own."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import date
from importlib import import_module
from uuid import UUID, uuid4

import nats
import pytest
from baoxue_aid.commands import OpenPlan
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import FixedClock, shanghai
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.messaging.provision import provision
from baoxue_shared.service import open_world
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.testing.nats import running_nats
from baoxue_shared.testing.serving import VILLAGE
from baoxue_shared.working import working

COUNTY = Actor("dev:county-education", "county-education", "220822", "220822")


class Standing:
    """One service at work."""

    def __init__(self, world, parts):
        self.world, self.parts = world, parts

    async def open_plan(self, child_id=None, key=None):
        opening = OpenPlan(
            child_id=child_id or uuid4(),
            school_id=UUID(int=7),
            area=VILLAGE,
            case_id=uuid4(),
            cause="poverty",
            opened_on=date(2025, 9, 1),
        )
        with acting_as(COUNTY, clock=self.world.clock, request_id=key):
            return await self.parts.application.open_plan(opening)

    async def facts(self):
        """Positions of aid's facts that oversight's ledger has, in order of arrival."""
        rows = await self.world.store.fetch(
            "select position from ledger_facts where publisher = 'aid' order by position"
        )
        return [row["position"] for row in rows]


@pytest.fixture
def broker():
    with running_nats() as server:
        yield server


@pytest.fixture
async def streams(broker):
    await provision(broker.url)
    return broker


@pytest.fixture
def at_work(tmp_path, issuer):
    """A service at work: `async with at_work("aid", url) as standing`."""

    @asynccontextmanager
    async def start(service, url, name=None):
        address = f"sqlite:///{tmp_path / (name or service)}.sqlite3"
        migrate_store(address, service)
        settings = ServiceSettings(
            store=address, nats_url=url, issuer=issuer.url, keys=tmp_path / "keys", county="220822", port=1
        )
        world = open_world(service, settings)
        world.clock = FixedClock(shanghai(date(2025, 9, 1), 9))
        parts = import_module(f"baoxue_{service}.main").build(world)
        async with working(world, parts):
            yield Standing(world, parts)
        await world.store.close()
        world.sealer.close()

    return start


@pytest.fixture
def eventually():
    """Wait until an async question is answered as wanted; the last answer if not."""

    async def wait(question, wanted, patience=15.0):
        until = time.monotonic() + patience
        while (found := await question()) != wanted and time.monotonic() < until:
            await asyncio.sleep(0.02)
        return found

    return wait


@pytest.fixture
def stream():
    """Ids of a stream's messages, in order."""

    async def read(url, name="AID"):
        client = await nats.connect(url)
        try:
            jetstream = client.jetstream()
            last = (await jetstream.stream_info(name)).state.last_seq
            messages = [await jetstream.get_msg(name, n) for n in range(1, last + 1)]
            return [message.headers["Nats-Msg-Id"] for message in messages]
        finally:
            await client.close()

    return read
