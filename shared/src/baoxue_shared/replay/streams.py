"""The four streams from their beginning: what an outsider can reckon duties from."""

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.duties import Cut, DutyState, Engine, fact_of, load_catalogue
from baoxue_shared.messaging.cloudevents import decode
from baoxue_shared.messaging.provision import stream_of


async def duties_from_scratch(nats_url: str, cut: Cut) -> list[DutyState]:
    """Every duty's state as of the cut, from all published facts, with an engine of one's own."""
    engine = Engine(load_catalogue())
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
                heard = decode((await subscription.next_msg(timeout=10)).data)
                if isinstance(heard.body, Contract):
                    engine.feed(fact_of(heard))
            await subscription.unsubscribe()
    finally:
        await client.close()
    return engine.states(cut)
