"""`/parked` on every service: what waits, for the operator."""

from typing import TYPE_CHECKING, Any

from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.retrying import DropParked, NothingParkedError, RetryParked, answered, drop, retry
from baoxue_shared.web import Reader, Routes

if TYPE_CHECKING:
    from baoxue_shared.service import World


class Operations(Application):
    """What an operator changes."""

    world: "World"

    def at_work(self, reader: str, publisher: str) -> Committing:
        """NothingParkedError if there is no such reader."""
        committing = self.world.committing(reader, publisher)
        if committing is None:
            raise NothingParkedError(key=f"{reader}/{publisher}", available=("list_parked",))
        return committing

    async def retry_parked(self, command: RetryParked) -> Recorded:
        """In order; the first that fails again stops it. NothingParkedError; StillFailingError."""
        return answered(await retry(self.at_work(command.reader, command.publisher), command.key))

    @command
    async def drop_parked(self, command: DropParked) -> Recorded:
        """On record with its reason. NothingParkedError."""
        return await drop(self, self.at_work(command.reader, command.publisher), command)


def add_operations(routes: Routes, application: Application) -> None:
    """List, retry, drop; only for the operator."""
    world = routes.world
    operations = Operations(application.store, application.sealer, application.clock)
    operations.world = world

    async def list_parked(_: Reader) -> dict[str, Any]:
        """The message itself stays in the database: ids, error and place are enough to decide."""
        rows = await world.store.fetch(
            "select reader, publisher, position, parked_key, error, parked_at"
            f" from {world.name}_parked order by publisher, position, reader"
        )
        return {"count": len(rows), "rows": rows}

    routes.query("/parked", list_parked)
    routes.command("POST", "/parked/retry", operations.retry_parked)
    routes.command("POST", "/parked/drop", operations.drop_parked)
