"""Facts straight from the messages on the streams: no model between, for reckoning from scratch."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import msgspec

from baoxue_shared.contracts.registry import contract_types
from baoxue_shared.duties.fact import Fact


class _Event(msgspec.Struct):
    """What the engine needs of a CloudEvent."""

    id: str
    type: str
    time: datetime
    occurredat: datetime
    data: dict[str, object]


_decoder = msgspec.json.Decoder(_Event)


@cache
def _kinds() -> Mapping[str, str]:
    return {name: contract.__name__ for name, contract in contract_types().items()}


def fact_from(message: bytes) -> Fact | None:
    """None for a type that this version does not know, or no CloudEvent of ours: readers park those."""
    try:
        event = _decoder.decode(message)
    except msgspec.MsgspecError:
        return None
    kind = _kinds().get(event.type)
    if kind is None:
        return None
    return Fact(event.id, kind, event.time, event.occurredat, str(event.data["area"]), event.data)
