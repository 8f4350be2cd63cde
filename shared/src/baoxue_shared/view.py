"""Read models: SQL effects of events, with a position and a version of their own."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from baoxue_shared.history.unit import Place, SqlValue, Statement

Handler = Callable[[Any, Any, "Heard"], Iterable[Statement] | Statement | None]
H = TypeVar("H", bound=Callable[..., Any])


class Heard(msgspec.Struct, frozen=True):
    """An event on its way into a view or a reaction: the own history's, or another service's contract."""

    publisher: str
    epoch: int
    position: int
    recorded_at: datetime
    occurred_at: datetime
    actor: str
    jurisdiction: str
    correlation_id: str
    event_id: str  # "<service>:<epoch>:<position>"
    body: Any  # a recorded event, or a contract
    role: str = ""
    organisation: str = ""
    clause: str | None = None
    originator_id: str = ""

    @property
    def place(self) -> Place:
        """Where it stands among its publisher's events."""
        return self.epoch, self.position


def on(*kinds: type) -> Callable[[H], H]:
    """Mark a method of a view as the handler of recorded events or contracts of these classes."""

    def mark(method: H) -> H:
        method.__dict__["heard_kinds"] = kinds
        return method

    return mark


def sql(text: str, **params: SqlValue) -> Statement:
    """A statement with `:named` places; ids and dates are passed as text."""
    return Statement(text, params)


class View:
    """A read model; a change of its meaning raises `version`, which rebuilds it from the histories."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    tables: ClassVar[tuple[str, ...]] = ()  # portable CREATE TABLE / CREATE INDEX … IF NOT EXISTS

    def __init__(self) -> None:
        self._handlers: Mapping[type, Any] = {
            kind: getattr(self, name)
            for name in dir(type(self))
            for kind in getattr(getattr(type(self), name, None), "heard_kinds", ())
        }

    @property
    def kinds(self) -> frozenset[type]:
        return frozenset(self._handlers)

    def effects(self, heard: Heard) -> tuple[Statement, ...]:
        """What this event does to the view: `handler(event, heard)` gives a statement, several, or none."""
        handler = self._handlers.get(type(heard.body))
        given = handler(heard.body, heard) if handler else None
        if given is None:
            return ()
        return (given,) if isinstance(given, Statement) else tuple(given)
