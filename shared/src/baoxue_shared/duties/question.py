"""The facts of one instance, as a requirement asks for them."""

from datetime import date, datetime

import msgspec

from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.facts import Facts
from baoxue_shared.duties.kinds import fields_of
from baoxue_shared.duties.model import Condition, EventSpec
from baoxue_shared.duties.term import Term, day_of


class Question(msgspec.Struct, frozen=True):
    """The facts of one instance as of a cut."""

    facts: Facts
    names: dict[str, str]
    term: Term
    cut: Cut
    also: tuple[Condition, ...] = ()
    terse: bool = False  # what is missing need not be worded

    def of(self, names: dict[str, str]) -> "Question":
        """The same question about other names."""
        return Question(self.facts, names, self.term, self.cut, self.also, self.terse)

    def tersely(self) -> "Question":
        return Question(self.facts, self.names, self.term, self.cut, self.also, terse=True)

    def with_same(self, *also: Condition) -> "Question":
        return Question(self.facts, self.names, self.term, self.cut, (*self.also, *also), self.terse)

    def missing(self, spec: EventSpec) -> tuple[str, ...]:
        """The event that is missing, in one line."""
        return () if self.terse else (spec.kind + "".join(f" {key}={self.names[key]}" for key in spec.keys),)

    def matching(self, spec: EventSpec, since: datetime | None = None) -> list[Fact]:
        """In the order they happened."""
        if spec.kind not in self.facts.heard:
            return []
        found = self.found(spec, since)
        if len(found) > 1:
            found.sort(key=lambda fact: fact.order)
        return found

    def found(self, spec: EventSpec, since: datetime | None = None) -> list[Fact]:
        """In no order."""
        if spec.kind not in self.facts.heard:
            return []
        found = self.facts.find(spec, self.names, self.cut)
        if found and (since is not None or spec.where or spec.within or self.also):
            where = spec.where
            if self.also:
                where = (*where, *(c for c in self.also if c[0] in (fields_of(spec.kind) or ())))
            return [fact for fact in found if self._counts(fact, spec, since, where)]
        return found

    def _counts(self, fact: Fact, spec: EventSpec, since: datetime | None, where: tuple[Condition, ...]) -> bool:
        if since is not None and fact.occurred_at < since:
            return False
        if spec.within and not self._within(day_of(fact.occurred_at), spec.within):
            return False
        return not where or all(self._holds(fact, condition) for condition in where)

    def _within(self, day: date, within: str) -> bool:
        if within == "year":
            return day.year == self.term.first.year
        return self.term.first <= day and (within == "start" or day <= self.term.base)

    def _holds(self, fact: Fact, condition: Condition) -> bool:
        field, test, value = condition
        given = fact.data.get(field)
        if test == ">=":
            return isinstance(given, int) and isinstance(value, int) and given >= value
        if test == "period_end":
            return given is not None and datetime.fromisoformat(str(given)) == self.term.period_end
        return isinstance(value, tuple) and given in value
