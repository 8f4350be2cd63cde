"""Every instance of every duty: made when a body, a period or an event that starts it appears."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from baoxue_shared.duties.bodies import CODE_LENGTH, PERSONS, PLACES, SCHOOLS, Bodies, Body, bearer_of
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.instance import Instance, Span
from baoxue_shared.duties.kinds import LEVELS, teller
from baoxue_shared.duties.model import Duty, EventSpec, Never, Variant
from baoxue_shared.duties.periods import Periods
from baoxue_shared.duties.routes import Routes

Borne = tuple[Duty, int]  # a duty, and which of its variants
OWN = frozenset({"bearer", "office", *LEVELS})


class Started(NamedTuple):
    """What an event starts; `facts`: those that start it for many bodies, also for bodies that appear later."""

    duty: Duty
    number: int
    spec: EventSpec
    tells: tuple[str | None, ...]  # the fields that hold the names of `per`; None where it is none of its fields
    facts: list[Fact]


class Population:
    """Grows only; the same whatever the order of arrival."""

    def __init__(self, catalogue: Iterable[Duty], bodies: Bodies) -> None:
        self.bodies, self.periods, self.routes = bodies, Periods(), Routes()
        self.instances: dict[tuple[object, ...], Instance] = {}
        self.fresh: list[Instance] = []  # made, or changed in their term, since somebody looked
        self._began, self.years = date.max, range(0)
        self._spanned: dict[str, list[Borne]] = defaultdict(list)  # by kind of body
        self._standing: dict[str, list[Borne]] = defaultdict(list)
        self._started: dict[str, list[Started]] = defaultdict(list)  # by kind of event
        self._spread: dict[str, list[Started]] = defaultdict(list)  # by kind of body
        for duty in catalogue:
            for number, variant in enumerate(duty.variants):
                if not variant.waiting_for:
                    self._enter(duty, number, variant)

    def _enter(self, duty: Duty, number: int, variant: Variant) -> None:
        self.routes.enter(duty, number)
        spread = variant.each or variant.body
        starts = _starts(variant)
        for spec in starts:
            started = Started(duty, number, spec, _fields(spec, variant), [])
            self._started[spec.kind].append(started)
            self._spread[spread].append(started)
        if not starts:
            (self._standing if variant.trigger.always else self._spanned)[spread].append((duty, number))

    def begin(self, day: date) -> None:
        """The first day of the record: terms that began before it are not judged."""
        if day < self._began:
            self._began, last = day, max(day.year, self.years.stop - 1)
            self.years = range(0)
            self.reach(last)

    def reach(self, year: int) -> None:
        """Make what begins until the end of the year."""
        years = range(self._began.year, max(year + 1, self.years.stop)) if self._began != date.max else range(0)
        if years != self.years:
            self.years = years
            for kind in list(self._spanned):
                for body in self.bodies.of(kind):
                    self._span(kind, body)

    def add(self, fact: Fact) -> None:
        """The bodies, periods and instances that a fact brings."""
        for kind, body in self.bodies.add(fact) if fact.kind in PLACES else ():
            self._span(kind, body)
            for duty, number in self._standing.get(kind, ()):
                self._make(duty, number, {}, body)
            for started in self._spread.get(kind, ()):
                for trigger in started.facts:
                    self._start_at(started, trigger, body)
        if fact.kind == "SemesterOpened":
            self.periods.add(fact)
            for kind in list(self._spanned):
                for body in self.bodies.of(kind):
                    if body.area.startswith(fact.area[:6]) or fact.area.startswith(body.area):
                        self._span(kind, body)
        for started in self._started.get(fact.kind, ()):
            self._start(started, fact)

    def _span(self, kind: str, body: Body) -> None:
        for duty, number in self._spanned.get(kind, ()):
            found: dict[tuple[str, ...], tuple[dict[str, str], list[Span]]] = {}
            for names, span in self.periods.spans(duty.variants[number].trigger, body.area, self.years):
                if span[1] >= self._began:
                    found.setdefault(tuple(names.values()), (names, []))[1].append(span)
            for names, spans in found.values():
                self._make(duty, number, names, body).spans = tuple(spans)

    def _start(self, started: Started, fact: Fact) -> None:
        """One duty where the event tells every name; else one for each body in the event's area."""
        variant = started.duty.variants[started.number]
        if not _wanted(fact, started.spec):
            return
        bearer = bearer_of(variant.body, fact) or (variant.otherwise and bearer_of(variant.otherwise, fact)) or ""
        data = fact.data
        values = tuple(
            [
                str(data.get(field)) if field else _value(fact, name, variant, bearer)
                for name, field in zip(variant.per, started.tells, strict=True)
            ]
        )
        if bearer and all(values) and variant.each is None:
            instance = self._instance(started.duty, started.number, values, bearer, fact.area)
            if instance.triggers and fact.order < min(told.order for told in instance.triggers):
                instance.bearer, instance.area = bearer, fact.area
            self._trigger(instance, fact)
        elif variant.each or variant.body not in PERSONS:
            started.facts.append(fact)
            for body in self.bodies.within(variant.each or variant.body, fact.area):
                self._start_at(started, fact, body)

    def _start_at(self, started: Started, fact: Fact, body: Body) -> None:
        """One of the bodies in the event's area."""
        if not body.area.startswith(fact.area):
            return
        variant = started.duty.variants[started.number]
        names = {n: fact.value(n) for n in variant.per if n not in OWN and teller(fact.kind, n)}
        self._trigger(self._make(started.duty, started.number, names, body), fact)

    def _trigger(self, instance: Instance, fact: Fact) -> None:
        if fact not in instance.triggers:
            instance.triggers = (*instance.triggers, fact)
            self.fresh.append(instance)

    def _make(self, duty: Duty, number: int, names: Mapping[str, str], body: Body) -> Instance:
        variant = duty.variants[number]
        code = body.area[: CODE_LENGTH[variant.body]] if variant.each else body.code
        values = tuple(names.get(name) or _of_body(name, variant, body, code) for name in variant.per)
        made = self._instance(duty, number, values, code, body.area)
        made.body = body
        self.fresh.append(made)
        return made

    def _instance(self, duty: Duty, number: int, values: tuple[str, ...], bearer: str, area: str) -> Instance:
        key = (duty.id, duty.valid_from, number, *values)
        found = self.instances.get(key)
        if found is None:
            found = self.instances[key] = Instance(duty, number, values, bearer, area)
            self.routes.watch(found)
        return found


def _starts(variant: Variant) -> tuple[EventSpec, ...]:
    """The events that bring instances: the trigger, or what violates a prohibition that they alone name."""
    if variant.trigger.event:
        return (variant.trigger.event,)
    if isinstance(variant.requires, Never) and variant.trigger.always:
        return tuple(spec for spec in variant.requires.specs if not _by_body(variant))
    return ()


def _by_body(variant: Variant) -> bool:
    known = {*OWN, *(["school"] if (variant.each or variant.body) in SCHOOLS else [])}
    return set(variant.per) <= known


def _fields(spec: EventSpec, variant: Variant) -> tuple[str | None, ...]:
    told = [None if name in OWN else teller(spec.kind, name) for name in variant.per]
    return tuple(field if isinstance(field, str) else None for field in told)


def _wanted(fact: Fact, spec: EventSpec) -> bool:
    """A trigger's conditions stand in the event itself."""
    return not spec.where or all(
        isinstance(value, tuple) and fact.data.get(field) in value for field, _, value in spec.where
    )


def _value(fact: Fact, name: str, variant: Variant, bearer: str) -> str:
    """A name of `per` from the event; an area that the event is too wide for is none."""
    if name in {"bearer", "office"}:
        return bearer if name == "bearer" else variant.body
    value = fact.value(name)
    return value if name not in LEVELS or len(value) == LEVELS[name] else ""


def _of_body(name: str, variant: Variant, body: Body, bearer: str) -> str:
    if name in LEVELS:
        return body.area[: LEVELS[name]]
    own = {"office": variant.body, "bearer": bearer}
    return own.get(name, body.code)
