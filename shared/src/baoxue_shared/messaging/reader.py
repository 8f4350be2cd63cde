"""Reads a publisher's stream in order, from the position that is stored with the effect."""

import asyncio

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from baoxue_shared.messaging.cloudevents import UnreadableMessageError, decode, unreadable
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.provision import stream_of
from baoxue_shared.view import Heard

BATCH = 500
SILENCE = 1.0  # seconds without a message, after which the stream is asked whether one was missed
PAUSE = 0.5
log = structlog.get_logger()


class Reader:
    """An ordered consumer: nothing is acknowledged, the stored position is the acknowledgement."""

    def __init__(self, committing: Committing, client: Client) -> None:
        self.committing = committing
        self._jetstream = client.jetstream()
        self._publisher = committing.publisher
        self._stream = stream_of(committing.publisher)

    async def run(self) -> None:
        """Until cancelled; after any trouble from the stored position."""
        while True:
            try:
                await self.committing.load()
                await self._read(await self._start())
            except Exception as error:  # noqa: BLE001 - the broker may be down or rebuilt
                log.warning("reader waits", publisher=self._publisher, error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _start(self) -> int:
        """The stream's sequence to begin with: after the remembered one, if that still is the same message."""
        position = self.committing.position
        if position.stream_sequence:
            try:
                message = await self._jetstream.get_msg(self._stream, position.stream_sequence)
            except NotFoundError:
                return 1
            wanted = f"{self._publisher}:{position.epoch}:{position.position}"
            if (message.headers or {}).get("Nats-Msg-Id") == wanted:
                return position.stream_sequence + 1
        return 1

    async def _read(self, start: int) -> None:
        subscription = await self._jetstream.subscribe(
            f"{self._publisher}.>",
            stream=self._stream,
            ordered_consumer=True,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start),
        )
        try:
            seen = start - 1
            while True:
                try:
                    batch = [await subscription.next_msg(timeout=SILENCE)]
                except NatsTimeoutError:
                    if (await self._jetstream.stream_info(self._stream)).state.last_seq != seen:
                        return
                    continue
                seen = await self._take(subscription, batch)
        finally:
            await subscription.unsubscribe()

    async def _take(self, subscription: JetStreamContext.PushSubscription, batch: list[Msg]) -> int:
        while len(batch) < BATCH and subscription.pending_msgs:
            batch.append(await subscription.next_msg(timeout=SILENCE))
        sequence: int = batch[-1].metadata.sequence.stream
        heard = [found for message in batch if (found := heard_in(message)) is not None]
        await self.committing.commit(heard, sequence)
        return sequence


def heard_in(message: Msg) -> Heard | None:
    try:
        return decode(message.data)
    except UnreadableMessageError as error:
        log.warning("unreadable message", subject=message.subject)
        return unreadable(message.data, (message.headers or {}).get("Nats-Msg-Id", ""), error)
