"""The base of every aggregate: its events carry who, when and a salt, and stable topics."""

from dataclasses import field
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate, event

from baoxue_shared.actor import Metadata, current_acting
from baoxue_shared.randomness import random_id

__all__ = ["AggregateCreated", "Audited", "event"]


def _metadata() -> Metadata:
    return current_acting.get().metadata()


class Audited(BaseAggregate[UUID]):
    """An aggregate whose history says who did what and when.

    Plain methods decide and raise; `@event` methods only evolve. A subclass has `area` (a division code): who
    acts outside its own area is refused; and may have `school_id`: schools act on their own only.
    """

    TOPIC = "shared.Audited"

    class Event(AggregateEvent):
        """Base of recorded events; a created event is `class Opened(Audited.Event, AggregateCreated)`."""

        originator_id: UUID  # declared again: the library's TypeVar would decode as text
        metadata: Metadata = field(default_factory=_metadata, init=False)

        @staticmethod
        def create_timestamp() -> datetime:
            """`recorded_at`: the passed-in clock."""
            return current_acting.get().clock.now()

    @staticmethod
    def create_id() -> UUID:
        return random_id()
