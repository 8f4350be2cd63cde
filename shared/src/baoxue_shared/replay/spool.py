"""What was found, as lines on disk, read again for each part of a bundle: the record need not fit into memory."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from baoxue_shared.evidence.bundle import Event
from baoxue_shared.history.store import Stored
from baoxue_shared.history.unit import Row

_decoded = msgspec.json.Decoder(Event).decode


class Spool:
    """`path` is `events.jsonl` itself."""

    def __init__(self, path: Path) -> None:
        self.path, self.topics = path, set[str]()

    async def fill(self, found: AsyncIterator[tuple[str, Row]], wanted: Callable[[str, Row], bool]) -> None:
        """With those that are wanted, in their order."""
        with self.path.open("wb") as lines:
            async for service, row in found:
                if wanted(service, row):
                    self.topics.add(row.topic)
                    lines.write(msgspec.json.encode(event_of(service, row)) + b"\n")

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        with self.path.open("rb") as lines:
            for line in lines:
                event = _decoded(line)
                yield event.service, row_of(event.stored)

    async def each(self) -> AsyncIterator[tuple[str, Row]]:
        for one in self:
            yield one


def event_of(service: str, row: Row) -> Event:
    head = (row.position, row.epoch, str(row.originator_id), row.originator_version, row.topic)
    return Event(service, *head, row.recorded_at.isoformat(), row.actor, row.jurisdiction, row.state.decode())


def row_of(stored: Stored) -> Row:
    position, epoch, identity, version, topic, recorded_at, actor, jurisdiction, state = stored
    at = datetime.fromisoformat(recorded_at)
    return Row(UUID(identity), version, topic, at, actor, jurisdiction, bytes(state), position, epoch)
