"""Whether a requirement is fulfilled, since when, how far, and on which events that rests."""

from datetime import datetime
from fractions import Fraction

import msgspec

from baoxue_shared.clock import shanghai
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.members import firsts, members_of, plain_specs
from baoxue_shared.duties.model import (
    AllOf,
    AnyOf,
    Count,
    Cover,
    Each,
    EventSpec,
    Never,
    Node,
    Quantity,
    Ratio,
    Sequence,
)
from baoxue_shared.duties.question import Question

MISSING = 20  # named at most


class Answer(msgspec.Struct, frozen=True):
    """`done_at` None = not fulfilled."""

    done_at: datetime | None
    done: int
    total: int
    rests_on: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    excused: bool = False
    excess: int = 0


_MISSING = Answer(None, 0, 1)


def answer(node: Node, question: Question, since: datetime | None = None) -> Answer:  # noqa: PLR0911 - one an operator
    """The operators that are fulfilled once; cover and never have answers of their own."""
    match node:
        case EventSpec():
            return _event(node, question, since)
        case Count():
            return _count(node, question, since)
        case AnyOf(parts):
            return _any(parts, question, since)
        case AllOf(parts, same):
            return _same(node, question, since) if same else _all([answer(p, question, since) for p in parts], since)
        case Sequence(steps):
            return _sequence(steps, question, since)
        case Each():
            return _each(node, question, since)
        case Ratio():
            return _ratio(node, question, since)
        case Cover() | Never():
            message = "cover and never stand alone in a duty"
            raise TypeError(message)


def _event(spec: EventSpec, question: Question, since: datetime | None) -> Answer:
    found = question.matching(spec, since)
    if found:
        return Answer(found[0].occurred_at, 1, 1, (found[0],))
    return Answer(None, 0, 1, (), question.missing(spec))


def _count(node: Count, question: Question, since: datetime | None) -> Answer:
    found = [fact for spec in node.specs for fact in question.matching(spec, since)]
    if len(node.specs) > 1:
        found.sort(key=lambda fact: fact.order)
    if len(found) < node.least:
        missing = tuple(word for spec in node.specs[:1] for word in question.missing(spec))
        return Answer(None, len(found), node.least, tuple(found), missing)
    excess = 0 if node.expected_max is None else max(len(found) - node.expected_max, 0)
    rests = found[: node.least] if node.expected_max is None else found
    return Answer(found[node.least - 1].occurred_at, node.least, node.least, tuple(rests), excess=excess)


def _any(parts: tuple[Node, ...], question: Question, since: datetime | None) -> Answer:
    tersely = question.tersely()
    tried = [answer(part, tersely, since) for part in parts]
    fulfilled = [part for part in tried if part.done_at is not None]
    if fulfilled:
        return min(fulfilled, key=lambda part: (part.done_at, part.rests_on[0].order))
    first = parts[0]
    missing = question.missing(first) if isinstance(first, EventSpec) else answer(first, question, since).missing
    return Answer(None, 0, 1, _rests(tried), missing, any(part.excused for part in tried))


def _all(parts: list[Answer], since: datetime | None) -> Answer:
    """What is excused of it stands in nobody's way; all of it excused = excused."""
    times = [part.done_at for part in parts if part.done_at is not None]
    left = sum(part.done_at is None and not part.excused for part in parts)
    excused = not left and len(times) < len(parts)
    missing = tuple(word for part in parts for word in part.missing)[:MISSING]
    return Answer(
        done_at=None if left or excused else max(times, default=since),
        done=sum(p.done for p in parts),
        total=sum(p.total for p in parts),
        rests_on=_rests(parts),
        missing=missing,
        excused=excused,
        excess=sum(p.excess for p in parts),
    )


def _same(node: AllOf, question: Question, since: datetime | None) -> Answer:
    """The parts fulfilled with one value of the fields: the earliest such value, else the one that goes farthest."""
    told = [fact for part in node.parts if isinstance(part, EventSpec) for fact in question.matching(part, since)]
    values = dict.fromkeys(tuple(fact.data.get(field) for field in node.same) for fact in told)
    tried = []
    for value in values:
        asked = question.with_same(*((f, "in", (v,)) for f, v in zip(node.same, value, strict=True)))
        tried.append(_all([answer(part, asked, since) for part in node.parts], since))
    fulfilled = [one for one in tried if one.done_at is not None]
    if fulfilled:
        return min(fulfilled, key=lambda one: (one.done_at, one.rests_on[0].order))
    nothing = _all([Answer(None, 0, 1, (), answer(part, question, since).missing) for part in node.parts], since)
    return max(tried, key=lambda one: one.done, default=nothing)


def _sequence(steps: tuple[Node, ...], question: Question, since: datetime | None) -> Answer:
    answers: list[Answer] = []
    at = since
    for step in steps:
        given = answer(step, question, at)
        answers.append(given)
        if given.done_at is None and not given.excused:
            break
        at = given.done_at or at
    whole = _all(answers, since)
    left = len(steps) - len(answers)
    return msgspec.structs.replace(whole, done_at=None if left else whole.done_at, total=whole.total + left)


def _each(node: Each, question: Question, since: datetime | None) -> Answer:
    """One look a member, for there may be a county's children; only the first that lack something are worded."""
    members = members_of(node, question)
    names = dict(question.names)
    of_member = question.tersely().of(names)
    specs = plain_specs(node.part)
    if specs is not None:
        facts = firsts(specs, members, (names, node.member), of_member, since)
        parts = [_MISSING if fact is None else Answer(fact.occurred_at, 1, 1, (fact,)) for fact in facts]
    else:
        parts = []
        for member in members:
            names[node.member] = member
            parts.append(answer(node.part, of_member, since))
    whole = _all(parts, since or shanghai(question.term.first))
    done = sum(part.done_at is not None for part in parts)
    lacking = [member for member, part in zip(members, parts, strict=True) if part.done_at is None][:MISSING]
    worded = (answer(node.part, question.of({**question.names, node.member: member}), since) for member in lacking)
    missing = () if question.terse else tuple(word for part in worded for word in part.missing)[:MISSING]
    return msgspec.structs.replace(whole, done=done, total=len(parts), missing=missing)


def _ratio(node: Ratio, question: Question, since: datetime | None) -> Answer:
    base, base_fact = _number(node.base, question, since)
    share, share_fact = _number(node.share, question, since)
    rests = tuple({fact.event_id: fact for fact in (base_fact, share_fact) if fact}.values())
    if base is None or share is None:
        unsaid = node.base if base is None else node.share
        return Answer(None, 0, 1, rests, (f"{unsaid.spec.kind} {unsaid.name}",))
    if base == 0:
        return Answer(None, 0, 0, rests, excused=True)
    wanted = -(-base * node.least.numerator // node.least.denominator)
    if Fraction(share, base) < node.least:
        return Answer(None, share, wanted, rests, (f"{node.share.name} {share}/{base} < {node.least}",))
    return Answer(max(fact.occurred_at for fact in rests), min(share, wanted), wanted, rests)


def _number(quantity: Quantity, question: Question, since: datetime | None) -> tuple[int | None, Fact | None]:
    """What the latest event says."""
    found = question.matching(quantity.spec, since)
    value = found[-1].data.get(quantity.field) if found else None
    return (value, found[-1]) if isinstance(value, int) else (None, None)


def _rests(parts: list[Answer]) -> tuple[Fact, ...]:
    return tuple(fact for part in parts for fact in part.rests_on)
