"""How a service's evidence stands: its log, how far it lags, whether new commands are taken."""

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from baoxue_shared.evidence.keys import SigningKeys, log_key_file
from baoxue_shared.evidence.lag import Lag, UnsealedError
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.history.store import Store

if TYPE_CHECKING:
    from baoxue_shared.settings import ServiceSettings

LOOKS_EVERY = 0.5  # seconds
logger = structlog.get_logger()


class Standing:
    """Looks at the database, so that an `api` process knows how far the worker is."""

    def __init__(self, log: EvidenceLog, sealing: Lag) -> None:
        self.log, self.sealing = log, sealing
        self._sealed = 0

    def admit(self) -> None:
        """UnsealedError."""
        self.sealing.admit()

    def lags(self) -> dict[str, float]:
        return {"sealing": self.sealing.seconds()}

    def status(self) -> dict[str, Any]:
        return {"sealed": self._sealed, "lags": self.lags()}

    async def look(self) -> None:
        """Once."""
        self._sealed = (await self.log.sealed()).last
        self.sealing.look(await self.log.store.last_position(), self._sealed)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - told, then looked at again
                logger.warning("evidence unseen", error=type(error).__name__)
            await asyncio.sleep(LOOKS_EVERY)


def log_name_of(service: str, settings: "ServiceSettings") -> str:
    return settings.log_name or f"baoxue/{settings.county}/{service}"


def open_evidence(service: str, settings: "ServiceSettings", store: Store) -> Standing:
    """BadKeyError."""
    given = settings.log_key
    keys = (
        SigningKeys.from_text(given.get_secret_value())
        if given
        else SigningKeys.open_file(log_key_file(settings.keys, service))
    )
    log = EvidenceLog(store, log_name_of(service, settings), keys)
    return Standing(log, Lag(settings.seal_limit, UnsealedError))
