"""A witness at work: answers logs, hears its peers before it signs, looks where it doubts, tells what it refused."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import structlog

from baoxue_shared.evidence.alarm import alarm_of
from baoxue_shared.evidence.doubts import look
from baoxue_shared.evidence.note import BadNoteError
from baoxue_shared.evidence.peers import Peer, log_of
from baoxue_shared.evidence.witness import Answer, Witness

EVERY, WITHIN = 0.5, 5.0  # seconds
Told = Callable[[str], Awaitable[None]]  # takes an alarm's note
log = structlog.get_logger()


class Witnessing:
    """`logs` with their addresses; `peers`: other witnesses; `tell` is called with each alarm until it succeeds."""

    def __init__(
        self, witness: Witness, logs: list[Peer], peers: list[Peer], client: Callable[[], httpx.AsyncClient]
    ) -> None:
        self.witness, self._peers, self._client = witness, peers, client
        self._urls = {log_of(peer.key): peer.url for peer in logs if peer.url}
        self._doubts: asyncio.Queue[str] = asyncio.Queue(100)
        self.tell: Told = _unheard
        witness.ready = not peers

    async def add_checkpoint(self, body: str) -> Answer:
        answer = await asyncio.to_thread(self.witness.add_checkpoint, body)
        if answer.doubt is not None and not self._doubts.full():
            self._doubts.put_nowait(answer.doubt.origin)
        return answer

    def latest(self, name: str) -> list[str]:
        """Notes of the newest checkpoint that this witness signed, of each epoch of a log."""
        return self.witness.state.newest(name)

    async def run(self) -> None:
        """Until cancelled."""
        async with self._client() as http:
            while True:
                try:
                    await self._once(http)
                except Exception as error:  # noqa: BLE001 - told, then tried again
                    log.warning("witness waits", error=type(error).__name__)
                await asyncio.sleep(EVERY)

    async def _once(self, http: httpx.AsyncClient) -> None:
        if not self.witness.ready:
            await self._hear(http)
        while not self._doubts.empty():
            origin = self._doubts.get_nowait()
            if url := self._urls.get(origin.rpartition("/epoch-")[0]):
                await look(self.witness, http, url, origin)
        for number, refusal in self.witness.state.untold():
            await self.tell(str(alarm_of(refusal, self.witness.signers)))
            self.witness.state.was_told(number)

    async def _hear(self, http: httpx.AsyncClient) -> None:
        """What the peers have signed; one that answers is enough, since a peer may be gone for good."""
        for peer in self._peers:
            for name in self.witness.logs:
                try:
                    answer = await http.get(f"{peer.url}/latest", params={"log": name}, timeout=WITHIN)
                except httpx.HTTPError:
                    break
                for text in answer.json() if answer.is_success else ():
                    self._adopt(peer, text)
                self.witness.ready = self.witness.ready or answer.is_success

    def _adopt(self, peer: Peer, text: str) -> None:
        try:
            self.witness.adopt(peer.key, text)
        except BadNoteError as error:
            log.warning("peer unheard", error=type(error).__name__, reader=peer.key.name)


async def _unheard(_: str) -> None:
    message = "nobody hears alarms here"
    raise NotImplementedError(message)


def told_to(url: str, client: Callable[[], httpx.AsyncClient]) -> Told:
    """Oversight's address."""

    async def tell(alarm: str) -> None:
        async with client() as http:
            (await http.post(f"{url}/evidence/alarms", content=alarm.encode(), timeout=WITHIN)).raise_for_status()

    return tell
