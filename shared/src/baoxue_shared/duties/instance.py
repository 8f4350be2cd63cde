"""One duty of one bearer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from baoxue_shared.calendar.workdays import UnknownCalendarYearError
from baoxue_shared.clock import shanghai
from baoxue_shared.duties.bodies import Body
from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.model import Duty, Variant
from baoxue_shared.duties.term import Term, after, begins, day_of, due_day

if TYPE_CHECKING:
    from baoxue_shared.duties.judging import Judged

Span = tuple[tuple[Fact, ...], date, date]  # what told it, first day, last day


class Instance:
    """A duty as it falls on one bearer: `values` are those of the variant's `per`."""

    __slots__ = (
        "area",
        "bearer",
        "body",
        "cached",
        "duty",
        "limit",
        "number",
        "settled",
        "spans",
        "triggers",
        "values",
    )

    def __init__(self, duty: Duty, number: int, values: tuple[str, ...], bearer: str, area: str) -> None:
        self.duty, self.number, self.values = duty, number, values
        self.bearer, self.area = bearer, area
        self.body: Body | None = None
        self.spans: tuple[Span, ...] | None = None  # of a window or period, as it was told again and again
        self.triggers: tuple[Fact, ...] = ()
        self.cached: Judged | None = None
        self.limit: datetime | None = None  # the instant that waits in the queue
        self.settled: date | None = None  # the day whose passing was judged

    @property
    def variant(self) -> Variant:
        return self.duty.variants[self.number]

    @property
    def names(self) -> dict[str, str]:
        return dict(zip(self.variant.per, self.values, strict=True))

    @property
    def key(self) -> str:
        return "/".join(map("=".join, zip(self.variant.per, self.values, strict=True)))

    @property
    def name(self) -> str:
        return f"{self.duty.id}/{self.key}"

    def began(self, cut: Cut) -> Term | None:
        """Its term without a day by which it is due; None when the duty does not exist as of the cut."""
        if self.spans is not None:
            term = self._spanned(cut)
        elif self.triggers:
            term = self._triggered(cut)
        else:
            term = self._always(cut)
        if term is None or not self._valid(term):
            return None
        if self.body is not None and not self.body.known(cut, after(term.base)):
            return None
        return term

    def _spanned(self, cut: Cut) -> Term | None:
        """As it was told last."""
        known = [span for span in self.spans or () if all(map(cut.knows, span[0]))]
        if not known:
            return None
        _, first, last = max(known, key=lambda span: [(f.recorded_at, f.event_id) for f in span[0]])
        return Term(first, last) if shanghai(first) <= cut.at else None

    def _triggered(self, cut: Cut) -> Term | None:
        known = [fact for fact in self.triggers if cut.knows(fact)]
        spec = self.variant.trigger.event
        if not known:
            return None
        trigger = min(known, key=lambda fact: fact.order)
        base = day_of(begins(trigger, spec) if spec else trigger.occurred_at)
        return Term(base, base, triggers=(trigger,))

    def _always(self, cut: Cut) -> Term | None:
        since = self.body.since(cut) if self.body else None
        return Term(day_of(since), day_of(since)) if since else None

    def _valid(self, term: Term) -> bool:
        duty = self.duty
        return duty.valid_from <= term.first and (duty.valid_to is None or term.first <= duty.valid_to)


def with_due(term: Term, variant: Variant) -> Term:
    """The term with its day, by the calendar alone."""
    try:
        return msgspec.structs.replace(term, due_on=due_day(variant.due, term.first, term.base))
    except UnknownCalendarYearError as error:
        return msgspec.structs.replace(term, unknown_year=error.year)
