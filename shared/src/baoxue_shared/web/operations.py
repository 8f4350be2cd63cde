"""`/parked` and `/views` on every service: what waits, and read models built anew; for the operator."""

import asyncio
from typing import TYPE_CHECKING, Any

from baoxue_shared.command import Recorded
from baoxue_shared.errors import NotFoundError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.messaging.beside import state_hash as hash_of_state
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.handling import ViewHandling
from baoxue_shared.messaging.rebuilding import NoBrokerError, Rebuild
from baoxue_shared.messaging.retrying import DropParked, NothingParkedError, RetryParked, answered, drop, retry
from baoxue_shared.web import Reader, Routes

if TYPE_CHECKING:
    from baoxue_shared.service import World


class NoSuchViewError(NotFoundError):
    """The service has no view of that name."""


class RebuildRunningError(RefusalError):
    """The view is being rebuilt already."""


class BrokerNeededError(RefusalError):
    """The view hears other services, and the broker is not there."""


class Operations(Application):
    """What an operator changes."""

    world: "World"
    running: dict[str, asyncio.Task[None]]

    def at_work(self, reader: str, publisher: str) -> Committing:
        """NothingParkedError if there is no such reader."""
        committing = self.world.committing(reader, publisher)
        if committing is None:
            raise NothingParkedError(key=f"{reader}/{publisher}", available=("list_parked",))
        return committing

    async def retry_parked(self, command: RetryParked) -> Recorded:
        """In order; the first that fails again stops it. NothingParkedError; StillFailingError."""
        return answered({"handled": await retry(self.at_work(command.reader, command.publisher), command.key)})

    async def rebuild_view(self, view: str) -> Recorded:
        """Begun, not done: `/views` tells how it goes. NoSuchViewError; RebuildRunningError; BrokerNeededError."""
        world = self.world
        handling = world.handlings.get(view)
        if not isinstance(handling, ViewHandling):
            raise NoSuchViewError(view=view, views=", ".join(world.views))
        running = self.running.get(view)
        if (running is not None and not running.done()) or not world.serves(view):
            raise RebuildRunningError(view=view)
        try:
            rebuild = world.rebuilds[view] = Rebuild(world, handling.view)
        except NoBrokerError:
            raise BrokerNeededError(view=view) from None
        self.running[view] = asyncio.create_task(rebuild.run())
        return answered({"view": view, "stage": rebuild.stage})

    @command
    async def drop_parked(self, command: DropParked) -> Recorded:
        """On record with its reason. NothingParkedError."""
        return await drop(self, self.at_work(command.reader, command.publisher), command)


def add_operations(routes: Routes, application: Application) -> None:
    """List, retry, drop; only for the operator."""
    world = routes.world
    operations = Operations(application.store, application.sealer, application.clock)
    operations.world, operations.running = world, {}

    async def list_parked(_: Reader) -> dict[str, Any]:
        """The message itself stays in the database: ids, error and place are enough to decide."""
        rows = await world.store.fetch(
            "select reader, publisher, epoch, position, parked_key, error, parked_at"
            f" from {world.name}_parked order by publisher, epoch, position, reader"
        )
        return {"count": len(rows), "rows": rows}

    async def list_views(_: Reader, state_hash: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a parameter of the query
        """Version, positions and last rebuild of each; with `state_hash` the hash of its state, which takes time."""
        return {"rows": [await told_of(world, view, state_hash) for view in world.views]}

    routes.query("/views", list_views)
    routes.command("POST", "/views/{view}/rebuild", operations.rebuild_view)
    routes.query("/parked", list_parked)
    routes.command("POST", "/parked/retry", operations.retry_parked)
    routes.command("POST", "/parked/drop", operations.drop_parked)


async def told_of(world: "World", name: str, hashed: bool) -> dict[str, Any]:  # noqa: FBT001 - of the query
    """One view as the operator sees it."""
    handling = world.handlings[name]
    assert isinstance(handling, ViewHandling)  # noqa: S101 - for the type checker
    positions = {publisher: at for (reader, publisher), at in (await world.positions()).items() if reader == name}
    rebuild = world.rebuilds.get(name)
    return {
        "view": name,
        "version": handling.view.version,
        "positions": positions,
        "state_hash": await hash_of_state(world.store, handling.view) if hashed else None,
        "rebuild": rebuild.told() if rebuild else None,
    }
