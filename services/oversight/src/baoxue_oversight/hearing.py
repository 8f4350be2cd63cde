"""Whether all publishers have been heard: before, nobody says that something was not done."""

from datetime import UTC, datetime

from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.messaging.telling import Told, reached
from baoxue_shared.service import World

from baoxue_oversight.views.ledger import LedgerView

HEARD_WITHIN = 5.0  # seconds
_NEVER = datetime.min.replace(tzinfo=UTC)


class UnheardPublisherError(Exception):
    """A publisher may still tell of what was recorded in time."""


class Hearing:
    """How far each publisher has been heard: everything that it recorded until an instant is in the ledger."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard = {service: _NEVER for service in SERVICES if service != world.name}

    async def until(self, instant: datetime) -> None:
        """UnheardPublisherError when a publisher is away, tells nothing, or was not heard in time."""
        for publisher, heard in self._heard.items():
            if heard < instant:
                self._heard[publisher] = await self._listen(publisher, instant)

    async def _listen(self, publisher: str, instant: datetime) -> datetime:
        told = await self._world.told(publisher)
        if told is None or told.at < instant or not await self._in_ledger(publisher, told):
            raise UnheardPublisherError(publisher)
        return told.at

    async def _in_ledger(self, publisher: str, told: Told) -> bool:
        committing = self._world.committing(LedgerView.name, publisher)
        return committing is not None and await reached(lambda: committing.position.place >= told.place, HEARD_WITHIN)
