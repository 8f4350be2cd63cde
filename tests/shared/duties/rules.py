"""One rule at a time, and facts for it told in a line."""

from datetime import date
from itertools import count

from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, Engine, Fact, load_catalogue

_number = count(1)
SCHOOL, TOWN, COUNTY = "00000000-0000-0000-0000-000000000001", "220822100", "220822"
ROW = """
- id: D-x
  clause: "1.3"
  text: 劝学工作
  title: {{zh: 甲, en: A}}
  force: {force}
  valid_from: 2018-11-29
  bearer: {{body: {body}}}
  per: {per}
  trigger: {trigger}
  requires: {requires}
  due: {due}
  {more}
  consequence: [finding]
"""
USUAL = {
    "force": "must",
    "body": "school",
    "per": "[school, case, persuasion]",
    "trigger": "{event: PersuasionConcluded}",
    "requires": "{event: WrittenReportDelivered}",
    "due": "{after: trigger, days: 3}",
    "more": "",
}


def rule(**changed):
    """The text of a catalogue of one row."""
    return ROW.format(**(USUAL | changed))


def told(kind, day, /, *, area=TOWN, recorded=None, hour=9, **data) -> Fact:
    """An event of a kind, happened on a day, recorded then unless said."""
    happened = shanghai(day, hour)
    noted = shanghai(recorded, hour) if recorded else happened
    given = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
    return Fact(f"t:1:{next(_number)}", kind, noted, happened, area, given)


def zone(**more):
    known = {"school_id": SCHOOL, "township": TOWN, "kind": "central", "stage": "nine_year"}
    return told("ZoneDrawn", date(2025, 1, 2), **(known | more))


def semester(name="2025-autumn", first=date(2025, 9, 1), last=date(2026, 1, 16), **more):
    middle = first + (last - first) / 2
    days = {"opens_on": first, "midpoint_on": middle, "ends_on": last}
    return told("SemesterOpened", more.pop("day", date(2025, 8, 20)), area=COUNTY, semester=name, **days, **more)


class Asked:
    """An engine with one rule and some facts."""

    def __init__(self, *facts, settings=None, **changed):
        self.engine = Engine(load_catalogue(rule(**changed), settings, planned_too=True))
        for fact in facts:
            self.engine.feed(fact)

    def on(self, day, hour=12, by="recorded"):
        """The only state there is; None if there is none."""
        states = self.engine.states(Cut(shanghai(day, hour), by))
        assert len(states) <= 1, states
        return states[0] if states else None

    def all(self, day, hour=12):
        return {state.key: state for state in self.engine.states(Cut(shanghai(day, hour)))}
