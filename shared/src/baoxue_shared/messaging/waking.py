"""The wake between the processes of one service: whoever commits tells the others; a slow poll is the net."""

import asyncio
from uuid import uuid4

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from baoxue_shared.history.postgres import PostgresStore

PAUSE = 0.1
log = structlog.get_logger()


class Waking:
    """One core-NATS message after a commit; what is committed while it is on its way is told by the next one."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._subject = f"baoxue.wake.{store.service}"
        self._own = uuid4().bytes
        self._untold = asyncio.Event()
        store.committed = self._untold.set

    async def reconnected(self) -> None:
        """Meanwhile neither side heard the other."""
        self._store.wake()
        self._untold.set()

    async def run(self, client: Client) -> None:
        """Until cancelled."""
        await client.subscribe(self._subject, cb=self._woken)
        await self.reconnected()
        while True:
            await self._untold.wait()
            self._untold.clear()
            try:
                await client.publish(self._subject, self._own)
            except Exception as error:  # noqa: BLE001 - too much waits for a broker that is down: told again later
                log.warning("wake waits", error=type(error).__name__)
                self._untold.set()
                await asyncio.sleep(PAUSE)

    async def _woken(self, message: Msg) -> None:
        if message.data != self._own:
            self._store.wake()
