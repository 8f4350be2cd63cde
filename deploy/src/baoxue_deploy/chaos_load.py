"""The load: the demonstration's county at work, each acknowledged command in a journal outside the system."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from baoxue_shared.clock import SharedClock

from baoxue_deploy.conductor import Conductor, NeverIdleError
from baoxue_deploy.office import COUNTY, Body, Desk, Offices, RefusedError
from baoxue_deploy.places import Places
from baoxue_deploy.simulation.agenda import Agenda
from baoxue_deploy.simulation.people import People
from baoxue_deploy.simulation.play import Play
from baoxue_deploy.simulation.whole import enter_everything


@dataclass(frozen=True)
class Acknowledged:
    """What a service answered; `request` is the client's own id of it."""

    service: str
    request: str
    id: str
    version: int
    position: int


class Journal:
    """Lines on disk before the client goes on."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self.entries: list[Acknowledged] = []

    def note(self, entry: Acknowledged) -> None:
        self._file.write(json.dumps(asdict(entry)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.entries.append(entry)

    def close(self) -> None:
        self._file.close()


class JournalledOffices(Offices):
    """Tries again until it is answered, always with the same request id; `sending` hears of each command first."""

    def __init__(self, client: httpx.AsyncClient, journal: Journal, sending: Callable[[], None]) -> None:
        super().__init__(client)
        self._journal, self._sending = journal, sending

    async def send(
        self, service: str, path: str, body: Body, *, request_id: str, desk: Desk = COUNTY
    ) -> dict[str, Any]:
        """RefusedError."""
        self._sending()
        recorded = await super().send(service, path, body, request_id=request_id, desk=desk)
        known = (str(recorded["id"]), int(recorded["version"]), int(recorded["position"]))
        self._journal.note(Acknowledged(service, request_id, *known))
        return recorded


@dataclass(frozen=True)
class Load:
    """Which county, and until which day."""

    seed: int
    children: int
    until: date


async def carry_out(
    places: Places, load: Load, journal: Journal, sending: Callable[[], None], passed: Callable[[date], None]
) -> str | None:
    """Play it; what stopped it, if something did."""
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        offices = JournalledOffices(client, journal, sending)
        agenda = Agenda(Conductor(SharedClock(places.clock), offices))
        enter_everything(Play(load.seed, People(load.seed, load.children), offices, agenda))
        try:
            await agenda.run(load.until, passed)
        except (NeverIdleError, RefusedError, httpx.HTTPError) as error:
            return f"{type(error).__name__}: {error}"
    return None
