"""Whether a requirement is fulfilled, since when, how far, and on which events that rests."""

from datetime import datetime

import msgspec

from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.facts import Facts
from baoxue_shared.duties.model import AllOf, AnyOf, Condition, Count, Cover, Each, EventSpec, Node, Sequence
from baoxue_shared.duties.rules import SETS
from baoxue_shared.duties.term import Term, after

MISSING = 20  # named at most


class Answer(msgspec.Struct, frozen=True):
    """`done_at` None = not fulfilled."""

    done_at: datetime | None
    done: int
    total: int
    rests_on: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """The facts of one instance as of a cut."""

    facts: Facts
    names: dict[str, str]
    term: Term
    cut: Cut

    def of(self, member: str, value: str) -> "Question":
        return Question(self.facts, {**self.names, member: value}, self.term, self.cut)

    def matching(self, spec: EventSpec, since: datetime | None) -> list[Fact]:
        """In the order they happened."""
        found = [
            fact
            for fact in self.facts.find(spec, self.names, self.cut)
            if (since is None or fact.occurred_at >= since)
            and all(self._holds(fact, condition) for condition in spec.where)
        ]
        return sorted(found, key=lambda fact: fact.order)

    def _holds(self, fact: Fact, condition: Condition) -> bool:
        field, test, value = condition
        given = fact.data[field]
        if test == ">=":
            return isinstance(given, int) and isinstance(value, int) and given >= value
        if test == "period_end":
            return datetime.fromisoformat(str(given)) == self.term.period_end
        return isinstance(value, tuple) and given in value


def answer(node: Node, question: Question, since: datetime | None = None) -> Answer:
    """The nine operators of the catalogue, as far as its rows use them."""
    match node:
        case EventSpec():
            return _count(node, 1, question, since)
        case Count(spec, least):
            return _count(spec, least, question, since)
        case AnyOf(parts):
            return _any([answer(part, question, since) for part in parts])
        case AllOf(parts):
            return _all([answer(part, question, since) for part in parts], since)
        case Sequence(steps):
            return _sequence(steps, question, since)
        case Each():
            return _each(node, question, since)
        case Cover():
            message = "cover stands alone in a duty"
            raise TypeError(message)


def _count(spec: EventSpec, least: int, question: Question, since: datetime | None) -> Answer:
    found = question.matching(spec, since)[:least]
    if len(found) == least:
        return Answer(found[-1].occurred_at, least, least, tuple(found))
    names = " ".join(f"{key}={question.names[key]}" for key in spec.keys)
    return Answer(None, len(found), least, tuple(found), (f"{spec.kind} {names}",))


def _any(parts: list[Answer]) -> Answer:
    fulfilled = [part for part in parts if part.done_at is not None]
    if fulfilled:
        return min(fulfilled, key=lambda part: (part.done_at, part.rests_on[0].order))
    return Answer(None, 0, 1, _rests(parts), parts[0].missing)


def _all(parts: list[Answer], since: datetime | None) -> Answer:
    times = [part.done_at for part in parts if part.done_at is not None]
    done_at = None if len(times) < len(parts) else max(times, default=since)
    missing = tuple(word for part in parts for word in part.missing)
    return Answer(done_at, sum(p.done for p in parts), sum(p.total for p in parts), _rests(parts), missing[:MISSING])


def _sequence(steps: tuple[Node, ...], question: Question, since: datetime | None) -> Answer:
    answers: list[Answer] = []
    at = since
    for step in steps:
        given = answer(step, question, at)
        answers.append(given)
        if given.done_at is None:
            break
        at = given.done_at
    whole = _all(answers, since)
    left = len(steps) - len(answers)
    return msgspec.structs.replace(whole, done_at=whole.done_at if not left else None, total=whole.total + left)


def _each(node: Each, question: Question, since: datetime | None) -> Answer:
    members = _members(node, question)
    parts = [answer(node.part, question.of(node.member, member), since) for member in members]
    whole = _all(parts, since or after(question.term.first))
    done = sum(part.done_at is not None for part in parts)
    return msgspec.structs.replace(whole, done=done, total=len(parts))


def _members(node: Each, question: Question) -> list[str]:
    limit = after(question.term.base) if node.until_term else None
    field = "household_id" if SETS[node.of] == "HouseholdRecorded" else "children"
    found: set[str] = set()
    for fact in question.facts.find(node.members, question.names, question.cut):
        if limit is None or fact.occurred_at < limit:
            value = fact.data[field]
            found.update(map(str, value) if isinstance(value, list | tuple) else (str(value),))
    return sorted(found)


def _rests(parts: list[Answer]) -> tuple[Fact, ...]:
    return tuple(fact for part in parts for fact in part.rests_on)
