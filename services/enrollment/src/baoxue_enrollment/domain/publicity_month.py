"""A township's publicity month: its plan, and what was done by which channel."""

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Channel = Literal["walls", "newspaper", "tv", "radio", "phone"]


class PublicityPlanMadeError(RefusalError):
    """A township made its plan of the publicity month twice."""


class ChannelNotPlannedError(RefusalError):
    """Publicity was recorded for a channel that the township's plan lacks."""


class PublicityOnRecordError(RefusalError):
    """The same publicity, by channel and day, was recorded twice."""


class PublicityMonth(Audited):
    """宣传月 of one township and year."""

    TOPIC = "enrollment.PublicityMonth"

    class Planned(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.PublicityMonth.Planned"
        area: str
        year_id: UUID
        year: int
        channels: tuple[Channel, ...]
        planned_on: date

    class Recorded(Audited.Event):
        TOPIC = "enrollment.PublicityMonth.Recorded"
        area: str
        year_id: UUID
        year: int
        channel: Channel
        recorded_on: date

    @event(Planned)
    def __init__(  # noqa: PLR0913, PLR0917 - an event's facts
        self, id: UUID, area: str, year_id: UUID, year: int, channels: tuple[Channel, ...], planned_on: date
    ) -> None:
        self.area, self.year_id, self.year = area, year_id, year
        self.channels = frozenset(channels)
        self.done: set[tuple[Channel, date]] = set()

    def record(self, channel: Channel, recorded_on: date) -> None:
        """ChannelNotPlannedError; PublicityOnRecordError."""
        if channel not in self.channels:
            raise ChannelNotPlannedError(channel=channel)
        if (channel, recorded_on) in self.done:
            raise PublicityOnRecordError(channel=channel, day=recorded_on)
        self._done(self.area, self.year_id, self.year, channel, recorded_on)

    @event(Recorded)
    def _done(self, area: str, year_id: UUID, year: int, channel: Channel, recorded_on: date) -> None:
        self.done.add((channel, recorded_on))
