"""A reader from zero: oversight's ledger beside bare ordered reading by nats-py."""

import asyncio
import time
from datetime import UTC, date, datetime
from uuid import uuid4

import nats
from baoxue_oversight.views.ledger import LedgerView
from baoxue_shared.clock import SystemClock
from baoxue_shared.contracts.aid import PlanOpened
from baoxue_shared.history.opening import migrate_store, open_store
from baoxue_shared.messaging.cloudevents import encode
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.follower import prepare_view
from baoxue_shared.messaging.handling import ViewHandling
from baoxue_shared.messaging.provision import provision
from baoxue_shared.messaging.reader import Reader
from baoxue_shared.testing.nats import running_nats
from baoxue_shared.view import Heard
from nats.js.api import ConsumerConfig, DeliverPolicy

from tests.benchmarks.measured import QUICK, Result, side_by_side
from tests.benchmarks.stores import Places

MESSAGES = 5_000 if QUICK else 30_000


def message(position: int) -> bytes:
    """As aid's relay publishes it."""
    opened = PlanOpened(
        area="220822100201",
        plan_id=uuid4(),
        child_id=uuid4(),
        case_id=uuid4(),
        cause="poverty",
        opened_on=date(2025, 9, 1),
    )
    now = datetime.now(UTC)
    heard = Heard(
        "aid", 1, position, now, now, "system:x", "220822", "c", f"aid:1:{position}", opened, "system", "system"
    )
    return encode(opened, heard)


async def fill(url: str) -> None:
    await provision(url)
    client = await nats.connect(url)
    jetstream = client.jetstream(publish_async_max_pending=4000)
    for first in range(1, MESSAGES + 1, 500):
        waiting = []
        for n in range(first, min(first + 500, MESSAGES + 1)):
            headers = {"Nats-Msg-Id": f"aid:1:{n}"}
            subject = "aid.220822.student-plan.opened.v1"
            waiting.append(await jetstream.publish_async(subject, message(n), headers=headers))
        await asyncio.gather(*waiting)
    await client.close()


async def catchup(places: Places) -> list[Result]:
    """Messages a second until the last one is committed."""
    with running_nats() as server:
        await fill(server.url)
        numbers = iter(range(1000))

        async def ours() -> float:
            address = f"sqlite:///{places.folder / f'ledger{next(numbers)}.sqlite3'}"
            migrate_store(address, "oversight")
            store, view = open_store(address, "oversight"), LedgerView()
            await prepare_view(store, view)
            client = await nats.connect(server.url)
            committing = Committing(store, "ledger", "aid", ViewHandling(view), SystemClock())
            began = time.perf_counter()
            reading = asyncio.create_task(Reader(committing, client).run())
            while committing.position.position < MESSAGES:
                await asyncio.sleep(0.005)
            rate = MESSAGES / (time.perf_counter() - began)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await client.close()
            await store.close()
            return rate

        async def bare() -> float:
            client = await nats.connect(server.url)
            began = time.perf_counter()
            subscription = await client.jetstream().subscribe(
                "aid.>",
                stream="AID",
                ordered_consumer=True,
                config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
            )
            for _ in range(MESSAGES):
                await subscription.next_msg(timeout=5)
            rate = MESSAGES / (time.perf_counter() - began)
            await subscription.unsubscribe()
            await client.close()
            return rate

        mine, theirs = await side_by_side(ours, bare)
    name = "nats-py, ordered, bare"
    return [Result("catchup", "sqlite", "reader from zero", "messages/s", mine, theirs, name, mine / theirs, 0.3)]
