"""The four streams from their beginning: the facts that an outsider can reckon duties from."""

from collections.abc import AsyncIterator

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.duties import Fact
from baoxue_shared.duties.message import fact_from
from baoxue_shared.messaging.provision import stream_of


async def facts_of_streams(nats_url: str) -> AsyncIterator[Fact]:
    """Every published fact. OSError; nats.errors.Error."""
    client = await nats.connect(nats_url, connect_timeout=5, max_reconnect_attempts=1)
    try:
        jetstream = client.jetstream()
        for service in SERVICES:
            last = (await jetstream.stream_info(stream_of(service))).state.last_seq
            subscription = await jetstream.subscribe(
                f"{service}.>",
                stream=stream_of(service),
                ordered_consumer=True,
                config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
            )
            for _ in range(last):
                fact = fact_from((await subscription.next_msg(timeout=10)).data)
                if fact is not None:
                    yield fact
            await subscription.unsubscribe()
    finally:
        await client.close()
