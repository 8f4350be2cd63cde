"""A duty as read from the catalogue."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

Condition = tuple[str, str, object]  # field, "in" | ">=" | "period_end", value


class EventSpec(msgspec.Struct, frozen=True):
    """One kind of event that counts; `keys` are the names by which it belongs to a duty's instance."""

    kind: str
    keys: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    at: str | None = None


class AllOf(msgspec.Struct, frozen=True):
    parts: tuple["Node", ...]


class AnyOf(msgspec.Struct, frozen=True):
    parts: tuple["Node", ...]


class Sequence(msgspec.Struct, frozen=True):
    """Each step at or after the one before it."""

    steps: tuple["Node", ...]


class Each(msgspec.Struct, frozen=True):
    """`part` for every member of a set."""

    member: str
    of: str
    members: EventSpec
    part: "Node"
    until_term: bool


class Count(msgspec.Struct, frozen=True):
    spec: EventSpec
    least: int


class Cover(msgspec.Struct, frozen=True):
    """Somebody at every instant, from the first limit until the end."""

    opens: tuple[EventSpec, ...]
    closes: tuple[EventSpec, ...]
    until: tuple[EventSpec, ...]
    by: str
    first_days: int
    later: timedelta


Node = EventSpec | AllOf | AnyOf | Sequence | Each | Count | Cover


class Trigger(msgspec.Struct, frozen=True):
    """What starts a duty: exactly one of window, event, period."""

    window: tuple[str, str] | None = None
    event: EventSpec | None = None
    period: str | None = None


class Due(msgspec.Struct, frozen=True):
    """Days after the term's base day; 0 = the term's own end. None in a duty = continuous."""

    days: int
    unit: str
    roll: str


class Variant(msgspec.Struct, frozen=True):
    body: str
    trigger: Trigger


class Duty(msgspec.Struct, frozen=True):
    """职责: one row of the notice."""

    id: str
    clause: str
    text: str
    title: Mapping[str, str]
    force: str
    valid_from: date
    per: tuple[str, ...]
    variants: tuple[Variant, ...]
    requires: Node
    due: Due | None
    void_by: tuple[EventSpec, ...]
    consequence: tuple[str, ...]
    settings: tuple[str, ...]  # names of the settings it uses
