"""What a service is made of, and the program that runs it: `baoxue-<service> serve | migrate`."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import nats
import typer
import uvicorn
from fastapi import FastAPI
from nats.aio.client import Client

from baoxue_shared.clock import Clock, clock_from
from baoxue_shared.history.application import Application
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.history.store import Store
from baoxue_shared.logs import set_up_logs
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.deadlines import DeadlineClock, Deadlines
from baoxue_shared.messaging.follower import Follower, prepare_view
from baoxue_shared.messaging.handling import ReactionHandling, ViewHandling
from baoxue_shared.messaging.provision import SERVICES
from baoxue_shared.messaging.reader import Reader
from baoxue_shared.messaging.relay import Published, Relay
from baoxue_shared.privacy.erasure import reapply_erasures
from baoxue_shared.privacy.readlog import ReadLog
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.settings import ServiceSettings, settings_of
from baoxue_shared.view import View
from baoxue_shared.web.health import add_health

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
    committings: list[Committing] = field(default_factory=list)
    deadline_clock: DeadlineClock | None = None

    @property
    def county(self) -> str:
        return self.settings.county

    def _positions(self, *, own: bool) -> dict[str, int]:
        return {
            c.reader if own else f"{c.publisher}/{c.reader}": c.position.position
            for c in self.committings
            if (c.publisher == self.name) is own
        }

    async def status(self) -> dict[str, Any]:
        """How far everything has come; the embedded mode's conductor waits for idleness by it."""
        relay = self.relay
        return {
            "service": self.name,
            "position": await self.store.last_position(),
            "relayed": relay.relayed if relay else 0,
            "published": relay.published if relay else 0,
            "readers": self._positions(own=False),
            "views": self._positions(own=True),
            "ticked": self.deadline_clock.day.isoformat() if self.deadline_clock else None,
        }

    async def problems(self) -> list[str]:
        """Empty when ready. The broker may be down: recording goes on without it."""
        try:
            await self.store.last_position()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            return [f"store: {type(error).__name__}"]
        return []

    async def reached(self, position: int) -> bool:
        """Wait until every own view has come to a position of the history."""
        until = time.monotonic() + PATIENCE
        while any(reached < position for reached in self._positions(own=True).values()):
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
    """The database must have been migrated."""
    store = SQLiteStore(settings.store_path, name)
    clock = clock_from(settings.clock)
    return World(name, settings, store, Sealer.open_store(settings.keys, name), clock, ReadLog(store))


@asynccontextmanager
async def working(world: World, parts: Parts) -> AsyncIterator[None]:
    """Relay, readers, views and deadline clock at work while the block runs."""
    for view in parts.views:
        await prepare_view(world.store, view)
    client = await nats.connect(
        world.settings.nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.2, allow_reconnect=True
    )
    world.client = client
    world.relay = Relay(world.store, parts.published, client)
    runs = [world.relay.run()]
    handlings = [(view.name, ViewHandling(view)) for view in parts.views]
    for view_name, handling in handlings:
        committing = Committing(world.store, view_name, world.name, handling, world.clock)
        world.committings.append(committing)
        runs.append(Follower(committing).run())
    heard: list[tuple[str, Any]] = [*handlings]
    if parts.reactions is not None:
        heard.append((f"{world.name}-reactions", ReactionHandling(parts.reactions, world.clock, world.county)))
    for reader_name, handling in heard:
        for publisher in (service for service in SERVICES if service != world.name):
            committing = Committing(world.store, reader_name, publisher, handling, world.clock)
            world.committings.append(committing)
            runs.append(Reader(committing, client).run())
    if parts.deadlines is not None:
        world.deadline_clock = DeadlineClock(world.store, world.clock, parts.deadlines)
        runs.append(world.deadline_clock.run())
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(Exception):
            await client.close()


def service_command(name: str, build: Build) -> typer.Typer:
    """The program of a service."""
    program = typer.Typer(no_args_is_help=True, add_completion=False)

    @program.command()
    def migrate() -> None:
        """Create or extend the service's tables; a step and a role of its own."""
        migrate_sqlite(settings_of(name).store_path, name)

    @program.command()
    def serve() -> None:
        """Take commands and queries, relay, react, until stopped."""
        set_up_logs(name)
        settings = settings_of(name)
        if not settings.store_path.exists():
            typer.echo(f"请先运行 baoxue-{name} migrate / run baoxue-{name} migrate first", err=True)
            raise typer.Exit(2)
        asyncio.run(_serve(name, settings, build))

    return program


async def _serve(name: str, settings: ServiceSettings, build: Build) -> None:
    world = open_world(name, settings)
    parts = build(world)
    add_health(parts.api, world)
    await reapply_erasures(world.store, world.sealer)  # a crash or a restore may have brought keys back
    config = uvicorn.Config(parts.api, settings.host, settings.port, log_config=None, access_log=False)
    async with working(world, parts):
        await uvicorn.Server(config).serve()
    await world.store.close()
    world.sealer.close()
