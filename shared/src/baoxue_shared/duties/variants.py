"""The variants of a duty: who bears it, what starts it, by when, and what excuses."""

import re
from collections.abc import Iterator
from typing import Any

from baoxue_shared.duties.bodies import CODE_LENGTH, KINDS, bearer_field
from baoxue_shared.duties.forbidding import forbids_of, guards_of
from baoxue_shared.duties.kinds import LEVELS, fields_of, teller
from baoxue_shared.duties.lined import Lined
from baoxue_shared.duties.model import (
    AllOf,
    AnyOf,
    Cover,
    Due,
    Each,
    EventSpec,
    Excuse,
    Never,
    Node,
    Sequence,
    Trigger,
    Variant,
)
from baoxue_shared.duties.operators import node
from baoxue_shared.duties.possible import check_possible
from baoxue_shared.duties.rules import Rules, SettingValue
from baoxue_shared.duties.specs import specs_of

VARIED = frozenset({"bearer", "trigger", "per", "requires", "due", "excuse", "void_by", "forbids", "encouraged"})
PERIODS = ("school_year", "semester", "half_semester", "month", "holiday", "year", "budget_year")
TIMES = frozenset({"period", *PERIODS})
HOLIDAYS = ("winter", "summer")
ENDS = ("window_end", "period_end")
UNITS = ("calendar_day", "workday")
ROLLS = ("none", "next_workday")
EFFECTS = ("excuse", "extend_to_next_period", "stop_clock")
_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_MONTH_DAY = re.compile(r"^(0?[1-9]|[12]\d|3[01])$")


def variants_of(row: Lined, setting_value: SettingValue) -> tuple[tuple[Variant, ...], dict[str, object]]:
    """The variants of a row, and the settings they use. CatalogueError."""
    used: dict[str, object] = {}
    found = tuple(_variant(row, given, setting_value, used) for given in row.get("variants", [row.over({})]))
    return found, used


def _variant(row: Lined, given: Lined, setting_value: SettingValue, used: dict[str, object]) -> Variant:
    given.only(VARIED)
    whole = given.over({**{name: row[name] for name in VARIED if name in row}, **given})
    whole.lines = {**row.lines, **given.lines}
    rules = Rules(tuple(map(str, whole.need("per"))), setting_value)
    bearer = whole.need("bearer")
    bearer.only(frozenset({"body", "each", "else", "through"}))
    for body in (
        bearer.need("body"),
        *bearer.get("through", ()),
        *(bearer[f] for f in ("else", "each") if f in bearer),
    ):
        if body not in KINDS:
            raise bearer.fail(f"unknown body {body!r}; there are {', '.join(KINDS)}")
    trigger = _trigger(whole.need("trigger"), rules)
    if trigger.event and "each" not in bearer and bearer["body"] not in CODE_LENGTH:
        _wait_for_bearer(trigger.event.kind, bearer_field(bearer["body"]), rules)
    requires = node(rules, whole.need("requires"), whole)
    check_possible(whole, requires)
    due = _due(whole, rules, trigger)
    _check_due(whole, requires, due)
    made = Variant(
        body=bearer["body"],
        each=bearer.get("each"),
        otherwise=bearer.get("else"),
        through=tuple(bearer.get("through", ())),
        trigger=trigger,
        per=rules.per,
        requires=requires,
        due=due,
        excuses=tuple(_excuses(whole, rules)),
        void_by=tuple(rules.spec(kind, whole, must=False) for kind in whole.get("void_by", ())),
        forbids=forbids_of(whole, rules),
        guards=guards_of(whole, rules),
        encouraged=tuple(rules.spec(kind, whole, must=False) for kind in whole.get("encouraged", ())),
        waiting_for=tuple(sorted(rules.waiting)),
        unheard=tuple(sorted(rules.unheard)),
    )
    _check_names(whole, made)
    _check_times(whole, made)
    used.update(rules.used)
    return made


def _wait_for_bearer(kind: str, field: str, rules: Rules) -> None:
    """An event that will name its bearer, but does not yet, would make somebody else bear it."""
    if field in (fields_of(kind) or ()):
        rules.wait(kind, field)


def _trigger(row: Any, rules: Rules) -> Trigger:  # noqa: ANN401 - YAML
    if row == "always":
        return Trigger(always=True)
    if "window" in row:
        first, last = (str(rules.setting(day)) for day in row["window"])
        if not (_DAY.match(first) and _DAY.match(last) and first <= last):
            raise row.fail(f"impossible rule: a window from {first} to {last}; write [04-01, 04-30]")
        return Trigger(window=(first, last))
    if "event" in row:
        return Trigger(event=rules.spec(row, row))
    if row.get("period") not in PERIODS:
        raise row.fail("a trigger is a window, an event, a period or always; periods: " + ", ".join(PERIODS))
    row.only(frozenset({"period", "kinds", "within"}))
    kinds = tuple(row.get("kinds", ()))
    if set(kinds) - set(HOLIDAYS):
        raise row.fail(f"unknown holiday in {kinds}; there are {', '.join(HOLIDAYS)}", "kinds")
    return Trigger(period=row["period"], kinds=kinds)


def _due(whole: Lined, rules: Rules, trigger: Trigger) -> Due:
    due = whole.need("due")
    if isinstance(due, str) and due in {"continuous", "none"}:
        return Due(due)
    if not isinstance(due, Lined):
        raise whole.fail(f"unknown due rule {due!r}", "due")
    due.only(frozenset({"at", "after", "by", "days", "unit", "first_day", "roll", "field", "event"}))
    roll = str(rules.setting(due.get("roll", "none")))
    if roll not in ROLLS:
        raise due.fail(f"unknown roll {roll!r}; there are {', '.join(ROLLS)}", "roll")
    if "at" in due:
        return _end(due, trigger, roll)
    if "by" in due:
        day = str(rules.setting(due["by"]))
        if not (_DAY.match(day) or (trigger.period == "month" and _MONTH_DAY.match(day))):
            raise due.fail(f"a day of the year is such as 08-31, of the month 28, not {day!r}", "by")
        return Due("on", on=day, roll=roll)
    if "field" in due:
        return _named(due, rules, trigger, roll)
    return _after(due, rules, trigger, roll)


def _end(due: Lined, trigger: Trigger, roll: str) -> Due:
    if due["at"] == "trigger" and trigger.event:
        return Due("end", roll=roll)
    if due["at"] not in ENDS:
        raise due.fail(f"unknown due rule {dict(due)!r}; at is {', '.join(ENDS)}", "at")
    if trigger.event or trigger.always:
        raise due.fail("impossible rule: what an event starts has no end of its own", "at")
    return Due("end", roll=roll)


def _named(due: Lined, rules: Rules, trigger: Trigger, roll: str) -> Due:
    if "event" not in due and trigger.event is None:
        raise due.fail("impossible rule: the day is a field of which event?", "field")
    named = due.get("event", [])
    given = named if isinstance(named, list) else [named]
    specs = tuple(rules.spec(due.over({"event": event}), due) for event in given)
    for kind in [spec.kind for spec in specs] or [str(trigger.event and trigger.event.kind)]:
        rules.field(kind, due["field"], due)
        rules.wait(kind, due["field"])
    return Due("field", roll=roll, specs=specs, field=due["field"])


def _after(due: Lined, rules: Rules, trigger: Trigger, roll: str) -> Due:
    after = due.get("after")
    if after not in {"trigger", *ENDS}:
        raise due.fail(f"unknown due rule {dict(due)!r}")
    if (after == "trigger") != (trigger.event is not None):
        raise due.fail("impossible rule: days after the trigger need an event that triggers, after an end a period")
    unit, first = str(rules.setting(due.get("unit", "calendar_day"))), due.get("first_day", "excluded")
    if unit not in UNITS:
        raise due.fail(f"unknown unit {unit!r}; there are {', '.join(UNITS)}", "unit")
    if first not in {"excluded", "included"}:
        raise due.fail(f"first_day is excluded or included, not {first!r}", "first_day")
    return Due("after", rules.number(due.need("days"), due, "days"), unit, first == "included", roll)


def _check_due(whole: Lined, requires: object, due: Due) -> None:
    if isinstance(requires, Cover) != (due.rule == "continuous"):
        raise whole.fail("impossible rule: a cover, and only a cover, is due continuously", "due")
    if isinstance(requires, Never) and due.rule != "none":
        raise whole.fail("impossible rule: a prohibition has no day by which it is due", "due")


def _excuses(whole: Lined, rules: Rules) -> Iterator[Excuse]:
    for row in whole.get("excuse", ()):
        row.only(frozenset({"event", "where", "effect", "until", "ends"}))
        if row.need("effect") not in EFFECTS:
            raise row.fail(f"unknown effect {row['effect']!r}; there are {', '.join(EFFECTS)}", "effect")
        if (row["effect"] == "stop_clock") != ("ends" in row):
            raise row.fail("stop_clock, and only it, names the event that `ends` it")
        spec = rules.spec(row.without("effect", "until", "ends"), row, must=False)
        if "until" in row:
            rules.field(spec.kind, row["until"], row)
        ends = rules.spec(row["ends"], row, must=False) if "ends" in row else None
        yield Excuse(spec, row["effect"], row.get("until"), ends)


def _check_names(whole: Lined, made: Variant) -> None:
    """Each name of `per` is told by the trigger, or by who bears it."""
    told = {"bearer", "office", "period", "year", *PERIODS, *LEVELS}
    event: EventSpec | None = made.trigger.event
    never = made.requires if isinstance(made.requires, Never) else None
    for name in made.per:
        by_event = event is not None and teller(event.kind, name) is not None
        by_never = never is not None and all(teller(spec.kind, name) is not None for spec in never.specs)
        if not (name in told or by_event or by_never or name == "school"):
            raise whole.fail(f"impossible rule: nothing tells {name!r} of per", "per")


def _check_times(whole: Lined, made: Variant) -> None:
    """An event that does not say of which period it is would count for all of them."""
    times = TIMES & set(made.per)
    sets = {id(members) for members in _sets_of(made.requires)}
    for spec in specs_of(made.requires) if times else ():
        if id(spec) not in sets and not times & set(spec.keys) and spec.within is None:
            told = ", ".join(sorted(times))
            raise whole.fail(f"impossible rule: {spec.kind} does not tell {told}; say within: term", "requires")


def _sets_of(node: Node) -> Iterator[EventSpec]:
    match node:
        case Each(members=members, part=part):
            if isinstance(members, EventSpec):
                yield members
            yield from _sets_of(part)
        case AllOf(parts) | AnyOf(parts) | Sequence(parts):
            for part in parts:
                yield from _sets_of(part)
        case _:
            return
