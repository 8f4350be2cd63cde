"""Where a rebuilt view reads: the own history, or another service's stream, up to a position and no further."""

import asyncio
from typing import Protocol

from nats.aio.client import Client
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.unit import Place
from baoxue_shared.messaging.cloudevents import heard_of, place_of
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.provision import stream_of
from baoxue_shared.messaging.reader import heard_in
from baoxue_shared.view import Heard

BATCH = 500
SILENCE = 10.0  # seconds without a message that must be there


class Source(Protocol):
    """Feeds one publisher's events to a reader."""

    committing: Committing

    async def feed(self, until: Place) -> None:
        """Up to a place, included."""
        ...

    async def head(self) -> Place:
        """The last place there is."""
        ...

    async def close(self) -> None: ...


class OwnHistory:
    """The service's own rows."""

    def __init__(self, committing: Committing) -> None:
        self.committing = committing
        self._mapper = Mapper()

    async def feed(self, until: Place) -> None:
        committing, last = self.committing, until[1]  # in the own history positions alone tell the order
        while (at := committing.position.position) < last:
            rows = await committing.store.rows(after=at, limit=min(BATCH, last - at))
            batch = [heard_of(committing.publisher, row, self._mapper.to_event(row)) for row in rows]
            await committing.commit(batch, 0)
            await asyncio.sleep(0)  # commands go first

    async def head(self) -> Place:
        store = self.committing.store
        rows = await store.rows(after=await store.last_position() - 1, limit=1)
        return rows[-1].place if rows else (0, 0)

    async def close(self) -> None:
        pass


class OtherStream:
    """Another service's stream, from its beginning."""

    def __init__(self, committing: Committing, client: Client) -> None:
        self.committing, self._jetstream = committing, client.jetstream()
        self._subscription: JetStreamContext.PushSubscription | None = None

    async def feed(self, until: Place) -> None:
        """nats.errors.TimeoutError if the stream no longer holds what the view has heard."""
        while self.committing.position.place < until:
            batch, sequence = await self._batch(until)
            await self.committing.commit(batch, sequence)

    async def _batch(self, until: Place) -> tuple[list[Heard], int]:
        batch: list[Heard] = []
        sequence = 0
        while len(batch) < BATCH and (not batch or batch[-1].place < until):
            message = await (await self._subscribed()).next_msg(timeout=SILENCE)
            if (heard := heard_in(message)) is not None:
                batch.append(heard)
                sequence = message.metadata.sequence.stream
        return batch, sequence

    async def _subscribed(self) -> JetStreamContext.PushSubscription:
        if self._subscription is None:
            self._subscription = await self._jetstream.subscribe(
                f"{self.committing.publisher}.>",
                stream=stream_of(self.committing.publisher),
                ordered_consumer=True,
                config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
            )
        return self._subscription

    async def head(self) -> Place:
        """Place of the stream's last message."""
        stream = stream_of(self.committing.publisher)
        try:
            last = await self._jetstream.get_last_msg(stream, f"{self.committing.publisher}.>")
        except NotFoundError:
            return 0, 0
        return place_of((last.headers or {})["Nats-Msg-Id"])

    async def close(self) -> None:
        if self._subscription is not None:
            await self._subscription.unsubscribe()
