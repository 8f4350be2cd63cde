"""Recorded events as published contracts, where the names are the same."""

from collections.abc import Callable, Mapping
from typing import Any

from baoxue_shared.contracts.base import Contract
from baoxue_shared.view import Heard

Publish = Callable[[Any, Heard], Contract | None]
Published = Mapping[type, Publish]


def as_contract(contract: type[Contract], own_id: str | None = None) -> Publish:
    """The contract's fields stand in the event by the same names; `own_id` is the aggregate's."""

    def publish(event: Any, heard: Heard) -> Contract:  # noqa: ANN401 - any recorded event
        facts = {name: getattr(event, name) for name in contract.model_fields if hasattr(event, name)}
        return contract.model_validate(facts | ({own_id: heard.originator_id} if own_id else {}))

    return publish


def contract_of(published: Published, event: Any, heard: Heard) -> Contract | None:  # noqa: ANN401 - any recorded event
    """What is published of a recorded event; None for what stays inside."""
    for kind in type(event).__mro__:
        if kind in published:
            return published[kind](event, heard)
    return None
