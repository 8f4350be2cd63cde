"""How a service's evidence stands: its log, its witness, how far they lag, whether new commands are taken."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import structlog
from pydantic import SecretStr

from baoxue_shared.evidence.confirming import Confirming
from baoxue_shared.evidence.cosigning import Cosigning
from baoxue_shared.evidence.keys import SigningKeys, log_key_file, witness_key_file
from baoxue_shared.evidence.lag import Lag, UncosignedError, UnsealedError
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.note import COSIGNER, LOG
from baoxue_shared.evidence.peers import logs_of, read_peers
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.witness import Witness
from baoxue_shared.evidence.witness_state import WitnessState
from baoxue_shared.evidence.witnessing import Witnessing, told_to
from baoxue_shared.history.store import Store

if TYPE_CHECKING:
    from baoxue_shared.settings import ServiceSettings

LOOKS_EVERY = 0.5  # seconds
EPOCH_BITS = 64
Run = Coroutine[Any, Any, None]
logger = structlog.get_logger()


class Standing:
    """Looks at the database, so that an `api` process knows how far the worker is."""

    def __init__(
        self,
        log: EvidenceLog,
        sealing: Lag,
        cosigning: Lag | None = None,
        asking: Cosigning | None = None,
        witnessing: Witnessing | None = None,
    ) -> None:
        self.log, self.sealing, self.cosigning = log, sealing, cosigning
        self.asking, self.witnessing = asking, witnessing
        self.confirming: Confirming | None = None
        self._sealed = self._cosigned = 0

    def admit(self) -> None:
        """RolledBackLogError; UnconfirmedError; UnsealedError; UncosignedError."""
        if self.confirming is not None:
            self.confirming.admit()
        self.sealing.admit()
        if self.cosigning is not None:
            self.cosigning.admit()

    def halt(self) -> None:
        """RolledBackLogError: not even reactions may record anything."""
        if self.confirming is not None:
            self.confirming.halt()

    async def confirm(self) -> None:
        """Before anything is served."""
        if self.confirming is not None:
            await self.confirming.at_once()

    def lags(self) -> dict[str, float]:
        told = {"sealing": self.sealing.seconds()}
        return told if self.cosigning is None else {**told, "cosigning": self.cosigning.seconds()}

    def status(self) -> dict[str, Any]:
        return {"sealed": self._sealed, "cosigned": self._cosigned, "lags": self.lags()}

    def runs(self, *, api: bool, worker: bool) -> list[Run]:
        """What runs beside: a worker seals and asks for cosignatures, an api cosigns for others."""
        runs: list[Run] = [self.watch()]
        if self.confirming is not None:
            runs.append(self.confirming.run())
        if worker:
            runs.append(Sealing(self.log, self.halt).run())
        if worker and self.asking is not None:
            runs.append(self.asking.run())
        if api and self.witnessing is not None:
            runs.append(self.witnessing.run())
        return runs

    def close(self) -> None:
        if self.witnessing is not None:
            self.witnessing.witness.state.close()

    async def look(self) -> None:
        """Once."""
        sealed = await self.log.sealed()
        self._sealed = sealed.last
        self.sealing.look(await self.log.store.last_position(), self._sealed)
        if self.cosigning is not None:
            size = await self.log.cosigned_size(sealed.epoch)
            self._cosigned = sealed.first + size - 1
            self.cosigning.look(_ordered(sealed.epoch, sealed.size), _ordered(sealed.epoch, size))

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - told, then looked at again
                logger.warning("evidence unseen", error=type(error).__name__)
            await asyncio.sleep(LOOKS_EVERY)


def _ordered(epoch: int, size: int) -> int:
    return (epoch << EPOCH_BITS) + size


def log_name_of(service: str, settings: "ServiceSettings") -> str:
    return settings.log_name or f"baoxue/{settings.county}/{service}"


def witness_name_of(service: str, settings: "ServiceSettings") -> str:
    return f"{log_name_of(service, settings)}/witness"


def open_evidence(service: str, settings: "ServiceSettings", store: Store, now: Callable[[], datetime]) -> Standing:
    """BadKeyError."""
    keys = _keys(settings.log_key, LOG, lambda: SigningKeys.open_file(log_key_file(settings.keys, service)))
    log = EvidenceLog(store, log_name_of(service, settings), keys, settings.quorum)
    witnesses = read_peers(settings.witnesses)
    standing = Standing(
        log,
        Lag(settings.seal_limit, UnsealedError),
        Lag(settings.cosign_limit, UncosignedError) if settings.quorum else None,
        Cosigning(log, witnesses, _client) if witnesses else None,
        _witnessing(service, settings, now) if settings.witnessed else None,
    )
    if witnesses:
        standing.confirming = Confirming(log, witnesses, _client)
    return standing


def _keys(given: SecretStr | None, kind: int, made: Callable[[], SigningKeys]) -> SigningKeys:
    return SigningKeys.from_text(given.get_secret_value(), kind) if given else made()


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False)


def _witnessing(service: str, settings: "ServiceSettings", now: Callable[[], datetime]) -> Witnessing:
    path = witness_key_file(settings.keys, service)
    keys = _keys(settings.witness_key, COSIGNER, lambda: SigningKeys.open_file(path, COSIGNER))
    logs = read_peers(settings.witnessed)
    state = WitnessState(settings.witness_state or settings.keys / f"{service}.witness.sqlite3")
    witness = Witness(
        keys.signers(witness_name_of(service, settings)), logs_of(logs), state, lambda: int(now().timestamp())
    )
    witnessing = Witnessing(witness, logs, read_peers(settings.witnesses), _client)
    if settings.alarm_url:
        witnessing.tell = told_to(settings.alarm_url, _client)
    return witnessing
