"""The catalogue: read, checked, made into duties."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

from baoxue_shared.duties import notice
from baoxue_shared.duties.fact import has_name
from baoxue_shared.duties.lined import CatalogueError, Lined, read_rows
from baoxue_shared.duties.model import Due, Duty, Trigger, Variant
from baoxue_shared.duties.rules import Rules, check_silence

__all__ = ["CatalogueError", "Duty", "load_catalogue"]

BODIES = ("city_government", "county_government", "county_education", "township_level", "school", "central_school")
PERIODS = ("school_year", "semester", "half_semester", "month")
ENDS = ("window_end", "period_end")
UNITS = ("calendar_day", "workday")


def load_catalogue(text: str | None = None, settings: Mapping[str, object] | None = None) -> tuple[Duty, ...]:
    """Duties of a catalogue text, by default the product's own; `settings` override the dated defaults.

    CatalogueError names the line for: unknown event type, operator, set, body or field; a text that its clause does
    not contain; an id used twice; a rule that silence would meet.
    """
    if text is None:
        text = (resources.files("baoxue_shared.duties") / "data" / "catalogue.yaml").read_text("utf-8")
    duties: dict[str, Duty] = {}
    for row in read_rows(text):
        duty = _duty(row, settings or {})
        if duty.id in duties:
            raise row.fail(f"duty {duty.id} stands twice")
        duties[duty.id] = duty
    return tuple(duties.values())


def _duty(row: Lined, settings: Mapping[str, object]) -> Duty:
    clause, text = str(row.need("clause")), str(row.need("text"))
    if text not in notice.clauses().get(clause, ""):
        raise row.fail(f"clause {clause} of the notice does not contain the text {text!r}")
    per = tuple(row.need("per"))
    rules = Rules(per, settings)
    variants = tuple(_variant(v, rules) for v in row.get("variants", [row]))
    requires = rules.node(row.need("requires"))
    check_silence(row, requires)
    due = _due(row, rules, variants)
    return Duty(
        id=str(row.need("id")),
        clause=clause,
        text=text,
        title=dict(row.need("title")),
        force=str(row.get("force", "must")),
        valid_from=row.need("valid_from"),
        per=per,
        variants=variants,
        requires=requires,
        due=due,
        void_by=tuple(rules.spec(kind, row) for kind in row.get("void_by", ())),
        consequence=tuple(row.get("consequence", ())),
        settings=tuple(sorted(rules.used)),
    )


def _variant(row: Lined, rules: Rules) -> Variant:
    bearer, trigger = row.need("bearer"), row.need("trigger")
    body = bearer.need("body")
    if body not in BODIES:
        raise bearer.fail(f"unknown body {body!r}; there are {', '.join(BODIES)}")
    return Variant(body, _trigger(trigger, rules))


def _trigger(row: Lined, rules: Rules) -> Trigger:
    if "window" in row:
        first, last = row["window"]
        return Trigger(window=(str(first), str(last)))
    if "event" in row:
        spec = rules.spec(row, row)
        return Trigger(event=spec)
    if row.get("period") in PERIODS:
        return Trigger(period=row["period"])
    raise row.fail("a trigger is a window, an event or a period: " + ", ".join(PERIODS))


def _due(row: Lined, rules: Rules, variants: tuple[Variant, ...]) -> Due | None:
    due: Any = row.need("due")
    if due == "continuous":
        return None
    if not isinstance(due, Lined):
        raise row.fail(f"unknown due rule {due!r}")
    if due.get("at") in ENDS:
        return Due(0, "calendar_day", "none")
    after = due.get("after")
    if after not in ("trigger", *ENDS):
        raise due.fail(f"unknown due rule {dict(due)!r}")
    if after == "trigger" and any(v.trigger.event is None for v in variants):
        raise due.fail("impossible rule: days after the trigger need an event that triggers")
    unit = str(rules.setting(due.get("unit", "calendar_day")))
    if unit not in UNITS:
        raise due.fail(f"unknown unit {unit!r}")
    return Due(int(str(rules.setting(due.need("days")))), unit, str(rules.setting(due.get("roll", "none"))))


def known_by(name: str, variant: Variant) -> bool:
    """Whether the trigger itself tells a name of `per`."""
    event = variant.trigger.event
    return event is not None and has_name(event.kind, name) and name != "area"
