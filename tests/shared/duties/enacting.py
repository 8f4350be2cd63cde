"""Acts out a duty of the catalogue: a small world, what starts the duty, and what it requires."""

from datetime import date, datetime, timedelta
from itertools import count

from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, Engine, Fact
from baoxue_shared.duties.bodies import CODE_LENGTH
from baoxue_shared.duties.kinds import teller
from baoxue_shared.duties.model import AllOf, AnyOf, Count, Each, EventSpec, Never, Ratio, Sequence
from baoxue_shared.duties.operators import SETS

SCHOOL, TOWN, VILLAGE = "00000000-0000-0000-0000-000000000001", "220822100", "220822100200"
DAY = timedelta(days=1)
STARTED = date(2025, 9, 10)  # a Wednesday
LISTS = ("children", "schools")  # told as a whole, empty ones too
_number = count(1)
OWN = {"school": SCHOOL, "city": "2208", "county": "220822", "area": TOWN, "township": TOWN, "village": VILLAGE}


def happen(kind, day, area="220822", hour=10, /, **data) -> Fact:
    instant = shanghai(day, hour)
    return Fact(f"w:1:{next(_number)}", kind, instant, instant, area, data)


def world():
    """One county with one township and one school, two semesters, all told before they begin."""
    zone = {"school_id": SCHOOL, "township": TOWN, "kind": "central", "stage": "nine_year", "villages": [TOWN]}
    autumn = {"semester": "2025-autumn", "opens_on": "2025-09-01", "midpoint_on": "2025-11-07", "ends_on": "2026-01-16"}
    spring = {"semester": "2026-spring", "opens_on": "2026-03-02", "midpoint_on": "2026-05-08", "ends_on": "2026-07-10"}
    return [
        happen("ZoneDrawn", date(2025, 1, 1), TOWN, 0, **zone),
        happen("YearOpened", date(2025, 3, 3), year=2025),
        happen("SemesterOpened", date(2025, 8, 20), **autumn),
        happen("SemesterOpened", date(2025, 8, 21), **spring),
    ]


def event(spec: EventSpec, names, day, base=None, **more) -> Fact:
    """One that the spec counts: it tells the names and fulfils the conditions."""
    data = {}
    for name in spec.keys:
        field = teller(spec.kind, name)
        if isinstance(field, str):
            value = names.get(name) or OWN.get(name) or f"{name}-1"
            data[field] = int(value) if str(value).isdigit() and field in {"year", "school_year"} else value
    data |= {given["field"]: [] for given in SETS.values() if given["event"] == spec.kind and given["field"] in LISTS}
    day = min(day, base) if base and spec.within == "term" else day
    for field, test, value in spec.where:
        data[field] = shanghai(base + DAY).isoformat() if test == "period_end" else value
        if test == "in":
            data[field] = value[0]
    if spec.at:
        data[spec.at] = day.isoformat()
    return happen(spec.kind, day, _area(names), **(data | more))


def _area(names):
    """The narrowest place that the names tell."""
    if "village" in names:
        return names["village"]
    narrow = [names[n] for n in ("area", "township", "county", "city") if n in names]
    return narrow[0] if narrow else VILLAGE


def trigger(variant, names=None) -> Fact | None:
    """What starts it, on STARTED."""
    spec = variant.trigger.event
    if spec is None or spec.kind in {"YearOpened", "SemesterOpened"}:
        return None
    keys = tuple(dict.fromkeys((*spec.keys, *(n for n in ("school", "child", "bearer") if teller(spec.kind, n)))))
    wide = EventSpec(spec.kind, keys, spec.where, spec.at)
    base = {"village": VILLAGE} if set(variant.per) <= {"village"} else {}
    if set(variant.per) & {"county"} and CODE_LENGTH.get(variant.body) == 6:
        base = {"county": "220822"}
    due = {variant.due.field: "2025-10-20"} if variant.due.rule == "field" and not variant.due.specs else {}
    return event(wide, base | (names or {}), STARTED, **due)


def fulfil(node, names, day, base) -> list[Fact]:  # noqa: PLR0911 - one an operator
    """Facts that fulfil a requirement on a day."""
    match node:
        case EventSpec():
            return [event(node, names, day, base)]
        case AllOf(parts, same):
            made = [fact for part in parts for fact in fulfil(part, names, day, base)]
            return [_with(fact, same) for fact in made]
        case Sequence(parts):
            return [fact for n, part in enumerate(parts) for fact in _hours(fulfil(part, names, day, base), n)]
        case AnyOf(parts):
            return fulfil(parts[0], names, day, base)
        case Count(specs, least):
            return [event(specs[0], names, day, base) for _ in range(least)]
        case Ratio():
            numbers = {"teachers_eligible": 100, "teachers_rotated": 10, "backbone_rotated": 2}
            return [event(node.base.spec, names, day, base, **numbers)]
        case Each(member=member, members=members):
            told, found = _members(node, members, names, min(day, base))
            return told + [fact for value in found for fact in fulfil(node.part, names | {member: value}, day, base)]
        case Never(specs):
            return [event(specs[0], names | OWN, day, base)]
    raise TypeError(node)


def _members(node, members, names, day):
    """Those of a written list, those that the world already has, or one more that is told."""
    if isinstance(members, tuple):
        return [], list(members)
    if members.kind == "ZoneDrawn":
        return [], [TOWN if node.of == "townships" else SCHOOL]
    if node.field in LISTS:
        return [], []
    return [event(members, names, day, **{node.field: "m-1"})], ["m-1"]


def _with(fact, same):
    return Fact(*(getattr(fact, f) for f in fact.__struct_fields__[:-1]), dict(fact.data) | dict.fromkeys(same, "1"))


def _hours(facts, n):
    later = timedelta(minutes=n)
    return [Fact(f.event_id, f.kind, f.recorded_at + later, f.occurred_at + later, f.area, f.data) for f in facts]


class Play:
    """One variant of one duty in the world."""

    def __init__(self, duty, number):
        self.duty, self.number = duty, number
        self.variant = duty.variants[number]
        started = trigger(self.variant)
        self.facts = [*world(), *([started] if started else [])]
        if self.variant.due.specs:
            told = {self.variant.due.field: "2025-10-20"}
            self.facts.append(event(self.variant.due.specs[0], self._names(started), STARTED, **told))
        days = (date(2025, 9, 11), date(2026, 1, 17), date(2026, 9, 2))
        states = [state for day in days for state in self._states(self.facts, day)]
        self.begun = min(states, key=lambda state: (state.since, state.key), default=None)

    def _names(self, started):
        return {n: started.value(n) for n in self.variant.per if teller(started.kind, n)} if started else {}

    def _instances(self, facts, year):
        engine = Engine([self.duty])
        for fact in facts:
            engine.feed(fact)
        engine.population.reach(year)
        return engine, [i for i in engine.population.instances.values() if i.number == self.number]

    def _states(self, facts, day, hour=12):
        engine, instances = self._instances(facts, day.year)
        return [state for state in (engine.judged(i, Cut(shanghai(day, hour))) for i in instances) if state]

    @property
    def names(self):
        return dict(part.split("=", 1) for part in self.begun.key.split("/"))

    def on(self, day, *facts, hour=12):
        """Its state with these facts besides."""
        found = self._states([*self.facts, *facts], day, hour)
        return next(state for state in found if self.begun is None or state.key == self.begun.key)

    def base(self):
        """The last day of its period."""
        _, instances = self._instances(self.facts, 2026)
        cut = Cut(datetime.fromisoformat("2027-01-01T00:00:00+08:00"))
        return next(i for i in instances if i.key == self.begun.key).began(cut).base

    def fulfilled(self, day):
        return fulfil(self.variant.requires, self.names, day, self.base())


__all__ = ["STARTED", "Play", "event", "happen"]
