"""Publishes the history in order; the stream itself says where to resume, and fences a stale relay off."""

import asyncio
import time

import structlog
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from baoxue_shared.area import county_of
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Place, Row
from baoxue_shared.messaging.cloudevents import encode, heard_of, place_of
from baoxue_shared.messaging.provision import stream_of
from baoxue_shared.messaging.publishing import Published, contract_of

WINDOW = 256
ACKNOWLEDGED_WITHIN = 5.0  # a refused publish_async is never resolved: only a time-out tells
POLL = 1.0
PAUSE = 0.5
log = structlog.get_logger()


class Relay:
    """`relayed`: the history is handled up to here; `published`: place of the stream's last message."""

    def __init__(self, store: Store, published: Published, client: Client) -> None:
        self._store, self._published, self._client = store, published, client
        self._mapper = Mapper()
        self._jetstream = client.jetstream()
        self._stream = stream_of(store.service)
        self._sequence = 0
        self.relayed = 0
        self.published: Place = (0, 0)

    async def run(self) -> None:
        """Until cancelled; whatever goes wrong, the stream is asked again where it stands."""
        while True:
            try:
                await self._resume()
                await self._follow()
            except Exception as error:  # noqa: BLE001 - the broker may be down: recording goes on without it
                log.warning("relay waits", publisher=self._store.service, error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _resume(self) -> None:
        self._sequence = (await self._jetstream.stream_info(self._stream)).state.last_seq
        try:
            last = await self._jetstream.get_last_msg(self._stream, f"{self._store.service}.>")
        except NotFoundError:
            self.relayed, self.published = 0, (0, 0)
            return
        self.published = place_of((last.headers or {})["Nats-Msg-Id"])
        self.relayed = await self._reached(self.published)

    async def _reached(self, place: Place) -> int:
        """How much of the history the stream holds: what a restore lost is on the stream and no longer here."""
        found = await self._store.fetch(
            f"select position from {self._store.service}_events where position <= :position and epoch <= :epoch"
            " order by position desc limit 1",
            {"epoch": place[0], "position": place[1]},
        )
        return int(found[0]["position"] or 0) if found else 0

    async def _follow(self) -> None:
        while True:
            rows = await self._store.rows(after=self.relayed, limit=WINDOW)
            if rows:
                await self._publish(rows)
            elif await self._grew():
                continue
            elif (await self._jetstream.stream_info(self._stream)).state.last_seq != self._sequence:
                return  # wiped, or another relay publishes: ask the stream where it stands

    async def _grew(self) -> bool:
        began = time.monotonic()
        await self._store.wait_beyond(self.relayed, POLL)
        return time.monotonic() - began < POLL

    async def _publish(self, rows: list[Row]) -> None:
        waiting = []
        published = self.published
        for row in rows:
            event = self._mapper.to_event(row)
            heard = heard_of(self._store.service, row, event)
            contract = contract_of(self._published, event, heard)
            if contract is not None:
                headers = {
                    "Nats-Msg-Id": heard.event_id,
                    "Nats-Expected-Stream": self._stream,
                    "Nats-Expected-Last-Sequence": str(self._sequence),
                }
                subject = contract.subject(county_of(heard.jurisdiction))
                waiting.append(await self._jetstream.publish_async(subject, encode(contract, heard), headers=headers))
                self._sequence += 1
                published = row.place
        await asyncio.wait_for(asyncio.gather(*waiting), ACKNOWLEDGED_WITHIN)
        self.published = published
        self.relayed = rows[-1].position
