"""A duty as read from the catalogue, its settings filled in."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec

Condition = tuple[str, str, object]  # field, "in" | ">=" | "period_end", value


class EventSpec(msgspec.Struct, frozen=True):
    """One kind of event that counts; `keys` are the names by which it belongs to a duty's instance."""

    kind: str
    keys: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    at: str | None = None  # the day is this field, not the instant of the record
    within: str | None = None  # term: on its days only; start: not before its first day; year: in its calendar year


class AllOf(msgspec.Struct, frozen=True):
    parts: tuple["Node", ...]
    same: tuple[str, ...] = ()  # fields that must be equal in all parts


class AnyOf(msgspec.Struct, frozen=True):
    parts: tuple["Node", ...]


class Sequence(msgspec.Struct, frozen=True):
    """Each step at or after the one before it."""

    steps: tuple["Node", ...]


class Each(msgspec.Struct, frozen=True):
    """`part` for every member of a set: told by events, or written down."""

    member: str
    of: str
    members: EventSpec | tuple[str, ...]
    field: str
    part: "Node"
    until_term: bool


class Count(msgspec.Struct, frozen=True):
    specs: tuple[EventSpec, ...]
    least: int
    expected_max: int | None = None  # more is noted, never a fault


class Quantity(msgspec.Struct, frozen=True):
    """A number that the latest event of a kind states."""

    name: str
    spec: EventSpec
    field: str


class Ratio(msgspec.Struct, frozen=True):
    share: Quantity
    base: Quantity
    least: Fraction


class Cover(msgspec.Struct, frozen=True):
    """Somebody, or something not older than `lasts` days, at every instant from the first limit until the end."""

    opens: tuple[EventSpec, ...]
    closes: tuple[EventSpec, ...]
    until: tuple[EventSpec, ...]
    by: str | None
    first_days: int
    lasts: int | None = None


class Never(msgspec.Struct, frozen=True):
    """A prohibition: any of these events violates it."""

    specs: tuple[EventSpec, ...]


Node = EventSpec | AllOf | AnyOf | Sequence | Each | Count | Ratio | Cover | Never


class Trigger(msgspec.Struct, frozen=True):
    """What starts a duty: exactly one of window, event, period, always."""

    window: tuple[str, str] | None = None
    event: EventSpec | None = None
    period: str | None = None
    kinds: tuple[str, ...] = ()  # of holidays
    always: bool = False


class Due(msgspec.Struct, frozen=True):
    """By when. `rule`: end (of the term), after (its base day), on (a day), field (of an event), continuous, none."""

    rule: str
    days: int = 0
    unit: str = "calendar_day"
    included: bool = False  # whether the first day counts
    roll: str = "none"
    on: str = ""
    specs: tuple[EventSpec, ...] = ()  # of a rule that a field tells: the latest of these events
    field: str = ""


class Excuse(msgspec.Struct, frozen=True):
    """`effect`: excuse, extend_to_next_period, stop_clock; `until` a field with a day, `ends` what restarts a clock."""

    spec: EventSpec
    effect: str
    until: str | None = None
    ends: EventSpec | None = None


class Forbids(msgspec.Struct, frozen=True):
    """An event that must not be while any of its fields says yes."""

    spec: EventSpec
    when_any: tuple[str, ...]


class Guard(msgspec.Struct, frozen=True):
    """A command that is refused before it is decided: where all of `when`, not all of `unless`, any of `when_any`."""

    command: str
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    when_any: tuple[str, ...] = ()
    tells: str | None = None  # the contract that says that it was tried
    law: Mapping[str, str] = {}


class Variant(msgspec.Struct, frozen=True):
    """Who bears it, and how it goes for them."""

    body: str
    each: str | None  # borne once for each body of this kind
    otherwise: str | None  # bears it where the event names no body of the first kind
    through: tuple[str, ...]
    trigger: Trigger
    per: tuple[str, ...]
    requires: Node
    due: Due
    excuses: tuple[Excuse, ...]
    void_by: tuple[EventSpec, ...]
    forbids: Forbids | None
    guards: tuple[Guard, ...]
    encouraged: tuple[EventSpec, ...]
    waiting_for: tuple[str, ...]  # contracts, or fields of contracts, that do not exist yet
    unheard: tuple[str, ...]  # the same of a prohibition that other contracts can already tell the breach of


class Duty(msgspec.Struct, frozen=True):
    """职责: one row of the notice."""

    id: str
    clause: str
    text: str
    title: Mapping[str, str]
    force: str
    valid_from: date
    valid_to: date | None
    variants: tuple[Variant, ...]
    consequence: tuple[str, ...]
    settings: Mapping[str, object]  # names of the settings it uses, and the values in force
    source: Mapping[str, str]  # field → where it is from; what is not named is the notice's
    note: Mapping[str, str]

    @property
    def per(self) -> tuple[str, ...]:
        return self.variants[0].per

    @property
    def due(self) -> Due:
        return self.variants[0].due

    @property
    def requires(self) -> Node:
        return self.variants[0].requires

    @property
    def waiting_for(self) -> tuple[str, ...]:
        return tuple(sorted({kind for v in self.variants for kind in (*v.waiting_for, *v.unheard)}))

    @property
    def waits(self) -> bool:
        """Whether nothing of it can be answered from the record yet."""
        return all(variant.waiting_for for variant in self.variants)
