"""What an operator does with parked messages: try them again in order, or drop one with a reason, on record."""

from contextlib import suppress
from functools import partial
from uuid import UUID, uuid4

from pydantic import Field

from baoxue_shared.actor import current_acting
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import NotFoundError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.collector import Collector
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.unit import Request, RequestRepeatedError, Unit
from baoxue_shared.messaging.cloudevents import decode, heard_of
from baoxue_shared.messaging.commit import OF_THE_STORE, Committing, told
from baoxue_shared.messaging.overtaken import until_undisputed
from baoxue_shared.messaging.parking import Parked
from baoxue_shared.view import Heard


class NothingParkedError(NotFoundError):
    """No message waits there."""


class StillFailingError(RefusalError):
    """A parked message failed again; it and those behind it wait on."""


class DroppedMessage(Audited):
    """放弃的消息: an operator decided not to handle it."""

    TOPIC = "shared.DroppedMessage"

    class Dropped(Audited.Event, AggregateCreated):
        TOPIC = "shared.DroppedMessage.Dropped"
        area: str
        reader: str
        publisher: str
        at_position: int
        error: str
        reason: str

    @event(Dropped)
    def __init__(self, area: str, reader: str, publisher: str, at_position: int, error: str, reason: str) -> None:  # noqa: PLR0913, PLR0917
        self.area, self.reader, self.publisher = area, reader, publisher
        self.at_position, self.error, self.reason = at_position, error, reason


class RetryParked(Command):
    """All waiting messages of one child, in order."""

    reader: str
    publisher: str
    key: str


class DropParked(Command):
    """`reason` is recorded in clear: no names in it."""

    reader: str
    publisher: str
    position: int
    epoch: int | None = None  # where one of two epochs must be meant; else the older
    reason: str = Field(min_length=3, max_length=300)


async def _heard(committing: Committing, parked: Parked) -> Heard:
    store = committing.store
    if parked.publisher != store.service:
        return decode(parked.message.encode())
    (row,) = await store.rows(after=parked.position - 1, limit=1)
    return heard_of(store.service, row, Mapper().to_event(row))


async def retry(committing: Committing, key: str) -> int:
    """How many were handled. NothingParkedError; StillFailingError with the place of the one that failed."""
    handled = 0
    async with committing.turn:
        for parked in await committing.parking.listed(key):
            try:
                await until_undisputed(committing.store, partial(_handle, committing, parked))
            except OF_THE_STORE:
                raise
            except Exception as error:
                problem = told(error)
                await committing.store.execute([committing.parking.failed_again(parked.place, problem)])
                raise StillFailingError(position=parked.position, problem=problem) from error
            handled += 1
        committing.parking.keys.discard(key)
    if not handled:
        raise NothingParkedError(key=key)
    return handled


async def _handle(committing: Committing, parked: Parked) -> None:
    """Effect and removal in one transaction, and once: whoever else tries it at this moment finds it carried out."""
    once = Request(f"parked/{'/'.join(map(str, parked[:3]))}/{parked.parked_at}", "", UUID(int=0), 0)
    gone = Unit(requests=(once,), statements=(committing.parking.gone(parked.place),))
    heard = await _heard(committing, parked)
    collector = Collector()
    async with collector.locks:
        await committing.handling([heard], collector)
        try:
            await committing.store.append(collector.unit.joined(gone))
        except RequestRepeatedError:  # carried out before, perhaps with the removal
            with suppress(RequestRepeatedError):
                await committing.store.append(gone)


async def drop(application: Application, committing: Committing, command: DropParked) -> Recorded:
    """For use inside a command: the record of who dropped it and why, and its removal, in one write."""
    wanted = (command.epoch, command.position)
    found = [p for p in await committing.parking.listed() if wanted in {p.place, (None, p.position)}]
    if not found:
        raise NothingParkedError(key=command.position)
    area = current_acting.get().actor.jurisdiction
    facts = (command.reader, command.publisher, command.position, found[0].error, command.reason)
    dropped = DroppedMessage(area, *facts)
    return await application.save(dropped, statements=(committing.parking.gone(found[0].place),))


def answered(answer: dict[str, object]) -> Recorded:
    """Of what an operator does that records nothing of its own."""
    return Recorded(id=uuid4(), version=0, position=0, answer=answer)
