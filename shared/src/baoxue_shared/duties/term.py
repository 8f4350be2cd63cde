"""One duty of one bearer, and the term in which it is due."""

from datetime import date, datetime, timedelta

import msgspec

from baoxue_shared.calendar.county import CountyCalendar
from baoxue_shared.clock import SHANGHAI, shanghai
from baoxue_shared.duties.bodies import Body
from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.model import Duty, EventSpec, Variant

DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()


def after(day: date) -> datetime:
    """The first instant after a day."""
    return shanghai(day + DAY)


def begins(fact: Fact, spec: EventSpec) -> datetime:
    """When a fact begins to count: its own instant, or the start of the day it names."""
    return shanghai(date.fromisoformat(str(fact.data[spec.at]))) if spec.at else fact.occurred_at


def ends(fact: Fact, spec: EventSpec) -> datetime:
    """When what a fact ends is over: its own instant, or the end of the day it names."""
    return after(date.fromisoformat(str(fact.data[spec.at]))) if spec.at else fact.occurred_at


class Term(msgspec.Struct, frozen=True):
    """From when, until when; `base` is the day that the due days are counted from."""

    first: date
    base: date
    due_on: date | None
    trigger: Fact | None = None

    @property
    def period_end(self) -> datetime:
        return after(self.base)


class Instance:
    """A duty as it falls on one bearer: `names` are the values of `per`."""

    def __init__(self, duty: Duty, variant: Variant, names: dict[str, str], bearer: str, area: str) -> None:
        self.duty, self.variant, self.names = duty, variant, names
        self.bearer, self.area = bearer, area
        self.key = "/".join(f"{name}={names[name]}" for name in duty.per)
        self.body: Body | None = None
        self.span: tuple[date, date] | None = None  # of a window or period
        self.triggers: list[Fact] = []

    def term(self, cut: Cut, calendar: CountyCalendar) -> Term | None:
        """None when the duty does not exist as of the cut."""
        term = self._spanned(self.span, calendar) if self.span else self._triggered(cut, calendar)
        if term is None or (self.span and shanghai(term.first) > cut.at):
            return None
        if self.body is not None and not self.body.known(cut, after(term.base)):
            return None
        return term

    def _spanned(self, span: tuple[date, date], calendar: CountyCalendar) -> Term:
        first, last = span
        return Term(first, last, self._due(last, calendar))

    def _triggered(self, cut: Cut, calendar: CountyCalendar) -> Term | None:
        known = [fact for fact in self.triggers if cut.knows(fact)]
        spec = self.variant.trigger.event
        if not known or spec is None:
            return None
        trigger = min(known, key=lambda fact: fact.order)
        base = day_of(begins(trigger, spec))
        return Term(base, base, self._due(base, calendar), trigger)

    def _due(self, base: date, calendar: CountyCalendar) -> date | None:
        due = self.duty.due
        if due is None:
            return None
        return calendar.add_days(base, due.days, due.unit) if due.days else base
