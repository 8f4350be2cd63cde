"""One more event onto an aggregate, as the library's `mutate` does it, without building what a fold does not read."""

from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any, NamedTuple, get_type_hints

import msgspec
from eventsourcing.domain import CanMutateAggregate, DecoratedFuncCaller, decorated_funcs

from baoxue_shared.audited import Audited
from baoxue_shared.history.mapper import Mapper, UnreadableRowError, event_class, upcast

_PLAIN: set[object] = {CanMutateAggregate.mutate, CanMutateAggregate.apply, DecoratedFuncCaller.apply}


class _Step(NamedTuple):
    """How the plain `@event` of one topic is applied: what is decoded, and what is called with it."""

    kind: type[Any]
    decoder: msgspec.json.Decoder[Any]
    evolve: Callable[..., None]
    names: tuple[str, ...]


@cache
def _step(topic: str) -> _Step | None:
    """None for an event that begins an aggregate, or that says itself how it is applied. UnknownTopicError."""
    kind = event_class(topic)
    own = {vars(c)[name] for c in kind.__mro__ for name in ("mutate", "apply") if name in vars(c)}
    if own != _PLAIN:
        return None
    evolve, hints = decorated_funcs[kind], get_type_hints(kind)
    names = tuple(name for name in signature(evolve).parameters if name in hints)
    given = vars(kind)
    base = [(name, hints[name]) for name in ("originator_id", "originator_version", "timestamp")]
    fields = [(n, hints[n], given[n]) if n in given else (n, hints[n]) for n in names]
    light = msgspec.defstruct("Light", [*base, ("metadata", msgspec.Raw), *fields], kw_only=True, gc=False)
    return _Step(kind, msgspec.json.Decoder(light), evolve, names)


def fold_one(aggregate: Audited | None, topic: str, state: bytes, position: int) -> Audited:
    """The aggregate after one more event. UnreadableRowError, also if the event is not the aggregate's next one."""
    step = _step(topic) if aggregate is not None else None
    if aggregate is None or step is None:
        folded: Audited = Mapper.event_of(topic, state, position).mutate(aggregate)
        return folded
    try:
        light = step.decoder.decode(upcast(step.kind, state))
    except (msgspec.DecodeError, LookupError) as error:
        message = f"position {position}: {topic} does not decode: {error}"
        raise UnreadableRowError(message) from error
    if light.originator_id != aggregate.id or light.originator_version != aggregate.version + 1:
        message = f"position {position}: {topic} is not the next event of {aggregate.id}"
        raise UnreadableRowError(message)
    step.evolve(aggregate, **{name: getattr(light, name) for name in step.names})
    aggregate.version, aggregate.modified_on = light.originator_version, light.timestamp
    return aggregate
