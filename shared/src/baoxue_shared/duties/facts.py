"""Facts, found by kind and by the names a duty asks with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.model import AllOf, AnyOf, Count, Cover, Duty, Each, EventSpec, Node, Sequence

Keys: TypeAlias = tuple[str, ...]


def specs_of(node: Node) -> Iterator[EventSpec]:
    """Every event that a requirement names."""
    match node:
        case EventSpec():
            yield node
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from specs_of(part)
        case Sequence(steps):
            for step in steps:
                yield from specs_of(step)
        case Each(members=members, part=part):
            yield members
            yield from specs_of(part)
        case Count(spec=spec):
            yield spec
        case Cover(opens, closes, until):
            yield from (*opens, *closes, *until)


class Facts:
    """Keeps what the catalogue needs, each fact once; the order of arrival does not matter."""

    def __init__(self, catalogue: Iterable[Duty]) -> None:
        self._keys: dict[str, set[Keys]] = defaultdict(set)
        for duty in catalogue:
            for spec in (*specs_of(duty.requires), *duty.void_by):
                self._keys[spec.kind].add(spec.keys)
        self._found: dict[tuple[str, Keys, Keys], list[Fact]] = defaultdict(list)

    def add(self, fact: Fact) -> None:
        for keys in self._keys.get(fact.kind, ()):
            self._found[fact.kind, keys, tuple(map(fact.value, keys))].append(fact)

    def find(self, spec: EventSpec, names: dict[str, str], cut: Cut) -> list[Fact]:
        """Facts of a kind that belong to these names and are known at the cut, in no order."""
        values = tuple(names[key] for key in spec.keys)
        return [fact for fact in self._found.get((spec.kind, spec.keys, values), ()) if cut.knows(fact)]
