"""The members of a set, and what each of them has: looked up, where that is all there is to it."""

from collections.abc import Iterator
from datetime import datetime

from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.model import AnyOf, Each, EventSpec, Node
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.term import after


def members_of(node: Each, question: Question) -> list[str]:
    """The set as of the cut, or as of the term's end."""
    if not isinstance(node.members, EventSpec):
        return list(node.members)
    limit = after(question.term.base) if node.until_term else None
    found: set[str] = set()
    for fact in question.found(node.members):
        if limit is None or fact.occurred_at < limit:
            value = fact.data[node.field]
            found.update(map(str, value) if isinstance(value, list | tuple) else (str(value),))
    return sorted(found)


def plain_specs(part: Node) -> tuple[EventSpec, ...] | None:
    """The events of which one is enough; None where more is asked of a member."""
    match part:
        case EventSpec():
            return (part,)
        case AnyOf(parts) if all(isinstance(one, EventSpec) for one in parts):
            return parts  # type: ignore[return-value]  # all() does not narrow
        case _:
            return None


def firsts(
    specs: tuple[EventSpec, ...],
    members: list[str],
    named: tuple[dict[str, str], str],
    question: Question,
    since: datetime | None,
) -> Iterator[Fact | None]:
    """The first of the events of each member; `named`: the question's names, and the one that the member fills in."""
    names, name = named
    for member in members:
        names[name] = member
        found = question.found(specs[0], since)
        for spec in specs[1:]:
            found += question.found(spec, since)
        if len(found) > 1:
            yield min(found, key=lambda fact: fact.order)
        else:
            yield found[0] if found else None
