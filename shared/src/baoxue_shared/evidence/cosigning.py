"""Asks the witnesses for their cosignatures on the newest checkpoint, and keeps what they answer."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import httpx
import structlog

from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint, read_size
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.merkle import consistency_path
from baoxue_shared.evidence.note import BadNoteError, Note, read_note, read_signatures
from baoxue_shared.evidence.peers import Peer
from baoxue_shared.evidence.witness import request_of
from baoxue_shared.history.unit import Statement

EVERY, WITHIN = 1.0, 5.0  # seconds between rounds; that a witness may take
CONFLICT, GOOD = 409, 200
log = structlog.get_logger()


class RolledBackError(Exception):
    """A witness has signed a longer log than the database holds: the database was rolled back."""


class Cosigning:
    """One round after another while there is something new; all witnesses at once."""

    def __init__(self, own: EvidenceLog, witnesses: list[Peer], client: Callable[[], httpx.AsyncClient]) -> None:
        self._log, self._witnesses, self._client = own, witnesses, client
        self._signed: dict[str, tuple[str, int]] = {}  # witness → origin and size that it signed last

    async def run(self) -> None:
        """Until cancelled."""
        if not self._witnesses:
            return
        async with self._client() as http:
            while True:
                try:
                    await self.round(http)
                except Exception as error:  # noqa: BLE001 - told, then tried again
                    log.warning("cosigning waits", error=type(error).__name__)
                await asyncio.sleep(EVERY)

    async def round(self, http: httpx.AsyncClient) -> None:
        """RolledBackError, after all witnesses were asked."""
        sealed = await self._log.sealed()
        note = read_note(sealed.note)
        checkpoint = read_checkpoint(note.text)
        wanting = [w for w in self._witnesses if self._signed.get(w.key.name) != (checkpoint.origin, checkpoint.size)]
        if sealed.size:
            asking = (self._ask(http, witness, sealed.epoch, note, checkpoint) for witness in wanting)
            found = await asyncio.gather(*asking, return_exceptions=True)
            for problem in found:
                if isinstance(problem, RolledBackError):
                    raise problem

    async def _ask(
        self, http: httpx.AsyncClient, witness: Peer, epoch: int, note: Note, checkpoint: Checkpoint
    ) -> None:
        origin, old = self._signed.get(witness.key.name, ("", 0))
        old = old if origin == checkpoint.origin else 0
        answer = await self._post(http, witness, epoch, old, note, checkpoint)
        if answer.status_code == CONFLICT:
            with suppress(BadNoteError):
                old = read_size(answer.text.removesuffix("\n"))
            if old > checkpoint.size:
                raise RolledBackError(witness.key.name)
            answer = await self._post(http, witness, epoch, old, note, checkpoint)
        if answer.status_code != GOOD:
            log.warning("witness refuses", status=answer.status_code, publisher=self._log.service)
            return
        await self._keep(witness, epoch, Note(note.text, read_signatures(answer.text)), note)
        self._signed[witness.key.name] = (checkpoint.origin, checkpoint.size)

    async def _post(  # noqa: PLR0913, PLR0917 - the parts of the request
        self, http: httpx.AsyncClient, witness: Peer, epoch: int, old: int, note: Note, checkpoint: Checkpoint
    ) -> httpx.Response:
        proof = await self._log.proof(epoch, consistency_path(old, checkpoint.size))
        body = request_of(old, proof, note)
        return await http.post(f"{witness.url}/add-checkpoint", content=body.encode(), timeout=WITHIN)

    async def _keep(self, witness: Peer, epoch: int, answered: Note, note: Note) -> None:
        """Only a signature of the witness's known key that holds. BadNoteError."""
        at = answered.times([witness.key]).get(witness.key)
        if at is None:
            message = f"{witness.key.name} did not sign"
            raise BadNoteError(message)
        own = [s for s in answered.signatures if (s.name, s.key_id) == (witness.key.name, witness.key.id)]
        size = read_checkpoint(note.text).size
        values = {"epoch": epoch, "size": size, "witness": witness.key.name, "at": at, "note": str(note.more(own))}
        table = f"{self._log.service}_cosignatures"
        await self._log.store.execute(
            [
                Statement(
                    f"insert into {table} select :epoch, :size, :witness, :at, :note where not exists"
                    f" (select 1 from {table} where epoch = :epoch and size = :size and witness = :witness)",
                    values,  # type: ignore[arg-type]  # plain numbers and texts
                )
            ]
        )
