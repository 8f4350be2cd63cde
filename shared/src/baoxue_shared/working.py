"""A service at work: relay, followers, sealing, readers, deadline clock, and the wake between its processes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import nats
import structlog

from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.messaging.asking import Asking
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.deadlines import DeadlineClock
from baoxue_shared.messaging.follower import Follower, prepare_view
from baoxue_shared.messaging.handling import Handling, ReactionHandling, ViewHandling
from baoxue_shared.messaging.reader import Reader
from baoxue_shared.messaging.rebuilding import renewed
from baoxue_shared.messaging.relay import Relay
from baoxue_shared.messaging.telling import Telling, asked
from baoxue_shared.messaging.waking import Waking
from baoxue_shared.service import Parts, Role, World
from baoxue_shared.tasks import end

Run = Coroutine[Any, Any, None]
log = structlog.get_logger()


@asynccontextmanager
async def working(world: World, parts: Parts, role: Role = "all") -> AsyncIterator[None]:
    """All that runs beside the HTTP interface, while the block runs. The broker may be down: recording goes on."""
    world.views = tuple(view.name for view in parts.views)
    world.handlings = handlings_of(world, parts)
    await world.evidence.confirm()
    renewals = [] if role == "api" else await _prepared(world, parts)
    runs = [] if role == "api" else _own_runs(world, parts)
    runs += world.evidence.runs(api=role != "worker", worker=role != "api")
    readers = [] if role == "api" else _readers(world)
    tasks = [asyncio.create_task(run) for run in (*renewals, *runs, _connected(world, parts, readers, role))]
    try:
        yield
    finally:
        await end(tasks)


def handlings_of(world: World, parts: Parts) -> dict[str, Handling]:
    """Readers by name: each view, and the reactions."""
    found: dict[str, Handling] = {view.name: ViewHandling(view) for view in parts.views}
    if parts.reactions is not None:
        found[f"{world.name}-reactions"] = ReactionHandling(parts.reactions, world.clock, world.county)
    return found


async def _prepared(world: World, parts: Parts) -> list[Run]:
    """Views are made, or, where those of another version serve, renewed by these runs."""
    renewals: list[Run] = []
    for view in parts.views:
        serving = world.serving[view.name] = asyncio.Event()
        if await prepare_view(world.store, view):
            serving.set()
        else:
            renewals.append(renewed(world, view, serving.set))
    return renewals


async def _once_served(world: World, reader: str, run: Run) -> None:
    """A view of another version is left alone until it is renewed."""
    try:
        if reader in world.serving:
            await world.serving[reader].wait()
        await run
    finally:
        run.close()  # if it never began


def _own_runs(world: World, parts: Parts) -> list[Run]:
    """What needs no broker: views of the own history, and the deadline clock."""
    own = [_committing(world, view.name, world.name, world.handlings[view.name]) for view in parts.views]
    runs: list[Run] = [_once_served(world, c.reader, Follower(c).run()) for c in own]
    if parts.deadlines is not None:
        world.deadline_clock = DeadlineClock(world.store, world.clock, parts.deadlines)
        runs.append(world.deadline_clock.run())
    return runs


def _readers(world: World) -> list[Committing]:
    """Every view and the reactions, for each other service."""
    return [
        _committing(world, name, service, handling)
        for name, handling in world.handlings.items()
        for service in SERVICES
        if service != world.name
    ]


async def _connected(world: World, parts: Parts, readers: list[Committing], role: Role) -> None:
    """What needs the broker, from the first time it is there."""
    waking = Waking(world.store) if isinstance(world.store, PostgresStore) else None
    client = await nats.connect(
        world.settings.nats_url,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        allow_reconnect=True,
        reconnected_cb=waking.reconnected if waking else None,
    )
    world.client, world.told = client, asked(client)
    runs: list[Run] = [waking.run(client)] if waking else []
    try:
        if role != "worker":
            runs.append(Asking(parts.api.state.routes, world.settings.nats_url).run())
        if role != "api":
            world.relay = Relay(world.store, parts.published, client)
            runs += [world.relay.run(), Telling(world.store, world.relay, world.clock).run(client)]
            runs += [_once_served(world, c.reader, Reader(c, client).run()) for c in readers]
        await asyncio.gather(*map(_told, runs), return_exceptions=True)  # cancelled, it waits for the end of each
    finally:
        with suppress(Exception):
            await client.close()


async def _told(run: Run) -> None:
    try:
        await run
    except Exception as error:
        log.exception("stopped", error=type(error).__name__)
        raise


def _committing(world: World, reader: str, publisher: str, handling: Handling) -> Committing:
    committing = Committing(world.store, reader, publisher, handling, world.clock)
    world.committings.append(committing)
    return committing
