"""Turns what is heard into one unit: effects on views, or acts of reactions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.clock import Clock
from baoxue_shared.history.collector import Collector
from baoxue_shared.history.unit import Unit
from baoxue_shared.view import Heard, View

React = Callable[[Any, Heard], Awaitable[None]]


class Handling(Protocol):
    """What one reader does with a micro-batch; it fills the collector, which is committed with the position."""

    async def __call__(self, batch: Sequence[Heard], collector: Collector) -> None: ...


class ViewHandling:
    """Effects of events on one view."""

    def __init__(self, view: View) -> None:
        self.view = view

    async def __call__(self, batch: Sequence[Heard], collector: Collector) -> None:
        statements = [statement for heard in batch for statement in self.view.effects(heard)]
        collector.add(Unit(statements=tuple(statements)))


class ReactionHandling:
    """Calls the `@on` methods of a reactions object, as the machine that it is."""

    def __init__(self, reactions: object, clock: Clock, county: str) -> None:
        self._clock = clock
        self._actor = system_actor("reaction", county)
        self._methods: dict[type, list[React]] = {}
        for name in dir(reactions):
            method = getattr(reactions, name)
            for kind in getattr(method, "heard_kinds", ()):
                self._methods.setdefault(kind, []).append(method)

    async def __call__(self, batch: Sequence[Heard], collector: Collector) -> None:
        for heard in batch:
            for method in self._methods.get(type(heard.body), ()):
                collector.calls = 0
                with acting_as(
                    self._actor,
                    clock=self._clock,
                    request_id=f"{heard.event_id}:{method.__name__}",
                    correlation_id=heard.correlation_id,
                    causation_id=heard.event_id,
                    collector=collector,
                ):
                    await method(heard.body, heard)
