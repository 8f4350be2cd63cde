"""How far a publisher has told what it recorded: asked before anybody concludes that something was not done."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from baoxue_shared.clock import Clock
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Place
from baoxue_shared.messaging.relay import Relay

ANSWERED_WITHIN, RELAYED_WITHIN = 2.0, 1.0  # seconds
UNDER_WAY = timedelta(seconds=60)  # a command that took its time before is on record or refused by now
STEP = 0.002
NOT_YET = b""


class Told(msgspec.Struct, frozen=True):
    """All that the publisher recorded until `at` is on its stream; the last of it stands at `place`."""

    at: datetime
    place: Place


Tells = Callable[[str], Awaitable[Told | None]]


def _subject(publisher: str) -> str:
    return f"baoxue.told.{publisher}"


async def unknown(_: str) -> Told | None:
    """Before the broker is there nobody can be asked."""
    return None


def asked(client: Client) -> Tells:
    """Publisher → how far it has told; None if it is away, or has not told everything yet."""

    async def ask(publisher: str) -> Told | None:
        with suppress(nats.errors.Error, TimeoutError, msgspec.DecodeError):
            answer = await client.request(_subject(publisher), timeout=ANSWERED_WITHIN)
            return msgspec.json.decode(answer.data, type=Told) if answer.data != NOT_YET else None
        return None

    return ask


class Telling:
    """The publisher's side, beside its relay."""

    def __init__(self, store: Store, relay: Relay, clock: Clock) -> None:
        self._store, self._relay, self._clock = store, relay, clock

    async def run(self, client: Client) -> None:
        """Until cancelled."""
        await client.subscribe(_subject(self._store.service), cb=self._answer)
        await asyncio.Event().wait()

    async def _answer(self, message: Msg) -> None:
        at = self._clock.now() - (timedelta() if self._clock.simulated else UNDER_WAY)
        recorded = await self._store.last_position()
        told = await reached(lambda: self._relay.relayed >= recorded, RELAYED_WITHIN)
        await message.respond(msgspec.json.encode(Told(at, self._relay.published)) if told else NOT_YET)


async def reached(there: Callable[[], bool], within: float) -> bool:
    """Look again and again; `within`: seconds."""
    until = time.monotonic() + within
    while not there():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(STEP)
    return True
