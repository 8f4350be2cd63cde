"""At start a service asks its witnesses how far its log had come: a database behind it records nothing."""

import asyncio
import time
from collections.abc import Callable, Iterable

import httpx
import structlog

from baoxue_shared.errors import OverloadedError
from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, read_checkpoint
from baoxue_shared.evidence.log import EvidenceLog, Sealed
from baoxue_shared.evidence.merkle import HASH
from baoxue_shared.evidence.note import BadNoteError, read_note
from baoxue_shared.evidence.peers import Peer
from baoxue_shared.evidence.tree import Tree, edge_places, width_of

WITHIN, AT_ONCE = 5.0, 1.0  # seconds that a witness may take; that a start waits for them
EVERY, OFTEN, SOON = 5.0, 0.1, 30.0  # seconds between questions: first often, then seldom
GRACE = 2.0  # seconds after the start in which commands wait for the first answer
log = structlog.get_logger()


class RolledBackLogError(OverloadedError):
    """The database is behind what witnesses have cosigned, or tells another past: the restore procedure is due."""


class UnconfirmedError(OverloadedError):
    """The service has just started and no witness has told yet how far the log had come."""


class Confirming:
    """Until every witness has answered once; one that is away stops neither the start nor, after a moment, commands."""

    def __init__(
        self,
        own: EvidenceLog,
        witnesses: list[Peer],
        client: Callable[[], httpx.AsyncClient],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log, self._witnesses, self._client, self._clock = own, witnesses, client, clock
        self._unheard = {witness.key.name: witness for witness in witnesses}
        self._began = clock()
        self.problem: RolledBackLogError | None = None

    def halt(self) -> None:
        """RolledBackLogError: whatever would be recorded or signed now would contradict what was cosigned."""
        if self.problem is not None:
            raise self.problem

    def admit(self) -> None:
        """RolledBackLogError; UnconfirmedError."""
        self.halt()
        silent = len(self._unheard) == len(self._witnesses)
        if silent and self._clock() - self._began < GRACE:
            raise UnconfirmedError

    async def at_once(self) -> None:
        """Before anything is served; whoever does not answer now is asked again."""
        async with self._client() as http:
            await self._ask_all(http, AT_ONCE)

    async def run(self) -> None:
        """Until all have answered, or cancelled."""
        async with self._client() as http:
            while self._unheard and self.problem is None:
                await self._ask_all(http, WITHIN)
                await asyncio.sleep(OFTEN if self._clock() - self._began < SOON else EVERY)

    async def _ask_all(self, http: httpx.AsyncClient, within: float) -> None:
        asking = (self._ask(http, witness, within) for witness in list(self._unheard.values()))
        for problem in await asyncio.gather(*asking, return_exceptions=True):
            if isinstance(problem, Exception) and not isinstance(problem, httpx.HTTPError):
                log.warning("witness unheard", error=type(problem).__name__, publisher=self._log.service)

    async def _ask(self, http: httpx.AsyncClient, witness: Peer, within: float) -> None:
        answer = await http.get(f"{witness.url}/latest", params={"log": self._log.name}, timeout=within)
        if answer.is_success and await self._all_fit(answer.json()):
            self._unheard.pop(witness.key.name, None)

    async def _all_fit(self, notes: Iterable[str]) -> bool:
        """False if the log must be sealed further first."""
        fits = [await self._fits(checkpoint) for note in notes if (checkpoint := self._cosigned(note))]
        return all(fits)

    def _cosigned(self, text: str) -> Checkpoint | None:
        """Nothing that not both this log and one of its witnesses have signed."""
        try:
            note = read_note(text)
            checkpoint = read_checkpoint(note.text)
            name, _ = epoch_of(checkpoint.origin)
            own = note.times(self._log.keys.public(checkpoint.origin))
            seen = note.times([witness.key for witness in self._witnesses])
        except BadNoteError:
            return None
        return checkpoint if name == self._log.name and own and seen else None

    async def _fits(self, known: Checkpoint) -> bool:
        sealed, epoch = await self._log.sealed(), epoch_of(known.origin)[1]
        if epoch < sealed.epoch:  # a restore ended it, and stated what was lost
            return True
        if epoch > sealed.epoch or known.size > await self._log.store.last_position() - sealed.first + 1:
            self._refuse(known, sealed)
        elif known.size > sealed.size:
            return False
        elif await self._root(sealed, known.size) != known.root:
            self._refuse(known, sealed)
        return True

    async def _root(self, sealed: Sealed, size: int) -> bytes:
        places = edge_places(size)
        tiles = await self._log.tiles(sealed.epoch, places)
        return Tree(size, [tiles.get(place, b"")[: HASH * width_of(size, place)] for place in places]).root()

    def _refuse(self, known: Checkpoint, sealed: Sealed) -> None:
        log.error("rolled back", publisher=self._log.service, cosigned=known.size, sealed=sealed.size)
        self.problem = RolledBackLogError(cosigned=known.size, sealed=sealed.size, log=known.origin)
