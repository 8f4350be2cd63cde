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

    def of(self, member: str, value: str) -> "Question":
        return Question(self.facts, {**self.names, member: value}, self.term, self.cut, self.also)

    def with_same(self, *also: Condition) -> "Question":
        return Question(self.facts, self.names, self.term, self.cut, (*self.also, *also))

    def asked(self, spec: EventSpec) -> str:
        """The event that is missing, in one line."""
        return spec.kind + "".join(f" {key}={self.names[key]}" for key in spec.keys)

    def matching(self, spec: EventSpec, since: datetime | None = None) -> list[Fact]:
        """In the order they happened."""
        found = self.facts.find(spec, self.names, self.cut)
        if found and (since is not None or spec.where or spec.within or self.also):
            where = (*spec.where, *(c for c in self.also if c[0] in (fields_of(spec.kind) or ())))
            found = [fact for fact in found if self._counts(fact, spec, since, where)]
        if len(found) > 1:
            found.sort(key=lambda fact: fact.order)
        return found

    def _counts(self, fact: Fact, spec: EventSpec, since: datetime | None, where: tuple[Condition, ...]) -> bool:
        if since is not None and fact.occurred_at < since:
            return False
        if spec.within and not self._within(day_of(fact.occurred_at), spec.within):
            return False
        return all(self._holds(fact, condition) for condition in where)

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
