"""What a service is given, and what it brings."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from fastapi import FastAPI
from nats.aio.client import Client

import baoxue_shared.history.restoration  # noqa: F401 - every service may have to read it
from baoxue_shared.clock import Clock, clock_from
from baoxue_shared.evidence.standing import open_evidence
from baoxue_shared.history.application import Application
from baoxue_shared.history.opening import check_role, open_store
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Place
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.deadlines import DeadlineClock, Deadlines
from baoxue_shared.messaging.handling import Handling
from baoxue_shared.messaging.publishing import Published
from baoxue_shared.messaging.rebuilding import Rebuild
from baoxue_shared.messaging.relay import Relay
from baoxue_shared.messaging.telling import Tells, unknown
from baoxue_shared.privacy.readlog import ReadLog
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.view import View

Role = Literal["all", "api", "worker"]
PATIENCE = 5.0  # seconds that a query waits for its `min_position`


@dataclass
class World:
    """What a service is given: its database, keys, clock, settings."""

    name: str
    settings: ServiceSettings
    store: Store
    sealer: Sealer
    clock: Clock
    read_log: ReadLog
    relay: Relay | None = None
    client: Client | None = None
    told: Tells = unknown
    views: tuple[str, ...] = ()
    handlings: Mapping[str, Handling] = field(default_factory=dict)
    committings: list[Committing] = field(default_factory=list)
    serving: dict[str, asyncio.Event] = field(default_factory=dict)  # by view: set when it is of this version
    rebuilds: dict[str, Rebuild] = field(default_factory=dict)  # by view: the last one
    deadline_clock: DeadlineClock | None = None

    def __post_init__(self) -> None:
        self.evidence = open_evidence(self.name, self.settings, self.store, self._now)
        self.store.admit, self.store.halt = self.evidence.admit, self.evidence.halt

    def _now(self) -> datetime:
        return self.clock.now()

    @property
    def county(self) -> str:
        return self.settings.county

    async def places(self) -> dict[tuple[str, str], Place]:
        """Reader and publisher → how far; an `api` process asks the database how far the worker is."""
        if self.committings:
            return {(c.reader, c.publisher): c.position.place for c in self.committings}
        found = await self.store.fetch(f"select reader, publisher, epoch, position from {self.name}_positions")
        return {(str(r["reader"]), str(r["publisher"])): (int(r["epoch"] or 0), int(r["position"] or 0)) for r in found}

    async def positions(self) -> dict[tuple[str, str], int]:
        """The same, of the own history, or to be shown: without the epoch."""
        return {whose: position for whose, (_, position) in (await self.places()).items()}

    def committing(self, reader: str, publisher: str) -> Committing | None:
        """The one at work in this process, or (in an `api` process) one of its own."""
        for committing in self.committings:
            if (committing.reader, committing.publisher) == (reader, publisher):
                return committing
        handling = self.handlings.get(reader)
        return Committing(self.store, reader, publisher, handling, self.clock) if handling else None

    def serves(self, view: str) -> bool:
        """Whether the view is of this version: else it is being renewed."""
        return view not in self.serving or self.serving[view].is_set()

    async def _views(self) -> dict[str, int]:
        found = await self.positions()
        return {name: found.get((name, self.name), 0) for name in self.views}

    async def status(self) -> dict[str, Any]:
        """How far everything has come; the embedded mode's conductor waits for idleness by it."""
        relay = self.relay
        read = {f"{p}/{r}": at for (r, p), at in (await self.places()).items() if p not in {self.name, "clock"}}
        parked = await self.store.fetch(f"select count(*) as parked from {self.name}_parked")
        return {
            "service": self.name,
            "position": await self.store.last_position(),
            "relayed": relay.relayed if relay else 0,
            "published": relay.published[1] if relay else 0,
            "epoch": relay.published[0] if relay else 0,
            "readers": {name: position for name, (_, position) in read.items()},
            "reader_epochs": {name: epoch for name, (epoch, _) in read.items()},
            "views": await self._views(),
            "parked": parked[0]["parked"],
            **self.evidence.status(),
            "ticked": self.deadline_clock.day.isoformat() if self.deadline_clock else None,
        }

    async def reached(self, position: int) -> bool:
        """Wait until every own view has come to a position of the history."""
        until = time.monotonic() + PATIENCE
        while any(reached < position for reached in (await self._views()).values()):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.005)
        return True


@dataclass(frozen=True)
class Parts:
    """What a service brings."""

    application: Application
    api: FastAPI
    views: Sequence[View] = ()
    published: Published = field(default_factory=dict)
    reactions: object | None = None
    deadlines: Deadlines | None = None


Build = Callable[[World], Parts]


def open_world(name: str, settings: ServiceSettings) -> World:
    """UnfitStoreError."""
    store = open_store(settings.store, name)
    check_role(settings.store, name)
    clock = clock_from(settings.clock)
    return World(name, settings, store, Sealer.open_store(settings.keys, name), clock, ReadLog(store))
