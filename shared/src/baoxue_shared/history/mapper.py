"""Recorded events to rows and back; a topic resolves only from the table of registered classes."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import msgspec

from baoxue_shared.audited import Audited
from baoxue_shared.history.unit import Row


class UnknownTopicError(Exception):
    """A row names a topic that no installed aggregate has registered; it is never imported."""


class UnreadableRowError(Exception):
    """A row's state does not decode as its topic's event, or lacks its metadata."""


def _subclasses(kind: type[Any]) -> Iterable[type[Any]]:
    children: list[type[Any]] = kind.__subclasses__()
    for child in children:
        yield child
        yield from _subclasses(child)


@cache
def event_class(topic: str) -> type[Audited.Event]:
    """The class as its aggregate holds it: the library replaces decorated events by ones that evolve."""
    for aggregate in _subclasses(Audited):
        for kind in vars(aggregate).values():
            if isinstance(kind, type) and issubclass(kind, Audited.Event) and getattr(kind, "TOPIC", None) == topic:
                return kind
    raise UnknownTopicError(topic)


@cache
def _is_aggregate(topic: str) -> bool:
    return any(vars(kind).get("TOPIC") == topic for kind in _subclasses(Audited))


@cache
def _decoder(topic: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(event_class(topic))


def upcast(kind: type, state: bytes) -> bytes:
    """Bring an old version's state to the class's own, step by step: `upcast_v1_v2(state: dict) -> None`."""
    wanted: int = getattr(kind, "class_version", 1)
    if wanted == 1:
        return state
    fields = json.loads(state)
    for version in range(fields.get("class_version", 1), wanted):
        step: Callable[[dict[str, Any]], None] = getattr(kind, f"upcast_v{version}_v{version + 1}")
        step(fields)
        fields["class_version"] = version + 1
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


class Mapper:
    """Encodes events as JSON by msgspec; decodes only what is registered and carries its own metadata."""

    def to_row(self, event: Any) -> Row:  # noqa: ANN401 - any recorded event
        metadata = event.metadata
        state = msgspec.json.encode(event)
        version: int = getattr(type(event), "class_version", 1)
        if version > 1:
            state = b'{"class_version":%d,' % version + state[1:]
        return Row(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=type(event).TOPIC,
            recorded_at=event.timestamp,
            actor=metadata.actor,
            jurisdiction=metadata.jurisdiction,
            state=state,
        )

    def to_event(self, row: Row) -> Any:  # noqa: ANN401 - any recorded event
        """As `event_of`."""
        return self.event_of(row.topic, row.state, row.position)

    @staticmethod
    def event_of(topic: str, state: bytes, position: int) -> Any:  # noqa: ANN401 - any recorded event
        """UnknownTopicError; UnreadableRowError, also for a state without metadata (replay invents no actor)."""
        state = upcast(event_class(topic), state)
        if b'"metadata":{' not in state:
            message = f"position {position}: {topic} carries no metadata"
            raise UnreadableRowError(message)
        try:
            event = _decoder(topic).decode(state)
        except (msgspec.DecodeError, LookupError) as error:
            message = f"position {position}: {topic} does not decode: {error}"
            raise UnreadableRowError(message) from error
        origin = getattr(event, "originator_topic", None)
        if origin is not None and not _is_aggregate(origin):
            raise UnknownTopicError(origin)
        return event

    def fold(self, rows: Iterable[Row]) -> Audited | None:
        """The aggregate that these rows, in order of version, tell; None if there are none."""
        aggregate: Audited | None = None
        for row in rows:
            aggregate = self.to_event(row).mutate(aggregate)
        return aggregate
