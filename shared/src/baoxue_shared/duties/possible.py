"""Rules that cannot be: what silence would meet, and operators where they cannot stand."""

from baoxue_shared.duties.lined import Lined
from baoxue_shared.duties.model import AllOf, AnyOf, Count, Cover, Each, Never, Node, Sequence


def check_possible(row: Lined, requires: Node) -> None:
    """CatalogueError: a rule that silence would meet, or an operator where it cannot stand."""
    for inner in _inner(requires):
        if isinstance(inner, Cover | Never):
            raise row.fail("impossible rule: cover and never stand alone in a duty", "requires")
    if not _speaks(requires):
        reason = "impossible rule: silence would meet it; an event must state that there was nothing to do"
        raise row.fail(reason, "requires")


def _inner(outer: Node) -> tuple[Node, ...]:
    parts = _parts_of(outer)
    return (*parts, *(deep for part in parts for deep in _inner(part)))


def _parts_of(outer: Node) -> tuple[Node, ...]:
    match outer:
        case AllOf(parts) | AnyOf(parts) | Sequence(parts):
            return parts
        case Each(part=part):
            return (part,)
        case _:
            return ()


def _speaks(given: Node) -> bool:
    """Whether an event has to be there before it is fulfilled."""
    match given:
        case AllOf(parts) | Sequence(parts):
            return any(map(_speaks, parts))
        case AnyOf(parts):
            return all(map(_speaks, parts))
        case Each(members=members):
            return isinstance(members, tuple) and bool(members) and _speaks(given.part)
        case Count(_, least):
            return least > 0
        case _:
            return True
