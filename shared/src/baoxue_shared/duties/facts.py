"""Facts, found by kind and by the names a duty asks with."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.kinds import Teller, teller
from baoxue_shared.duties.model import EventSpec

Value = str | tuple[str, ...]  # one name's value bare: most are
Bucket = dict[Value, Fact | list[Fact]]


def tellers(kind: str, names: Iterable[str]) -> tuple[Teller, ...]:
    """How facts of a kind tell these names; they must."""
    found = tuple(teller(kind, name) for name in names)
    return tuple(one for one in found if one is not None)


def value_of(fact: Fact, told: tuple[Teller, ...]) -> Value:
    """The key of a fact under some names."""
    if len(told) == 1:
        first = told[0]
        value = fact.data.get(first) if isinstance(first, str) else fact.area[:first]
        return value if isinstance(value, str) else str(value)
    return tuple(map(fact.told, told))


class Facts:
    """Keeps what the catalogue needs, each fact once; the order of arrival does not matter."""

    def __init__(self, specs: Iterable[EventSpec]) -> None:
        self.heard: set[str] = set()  # kinds
        self._newest: datetime | None = None  # recorded
        self._buckets: dict[tuple[str, tuple[str, ...]], Bucket] = {}
        self._into: dict[str, list[tuple[tuple[Teller, ...], Bucket]]] = defaultdict(list)
        for spec in specs:
            if (spec.kind, spec.keys) not in self._buckets:
                bucket = self._buckets[spec.kind, spec.keys] = {}
                self._into[spec.kind].append((tellers(spec.kind, spec.keys), bucket))

    def add(self, fact: Fact) -> None:
        self.heard.add(fact.kind)
        if self._newest is None or fact.recorded_at > self._newest:
            self._newest = fact.recorded_at
        for told, bucket in self._into.get(fact.kind, ()):
            key = value_of(fact, told)
            kept = bucket.get(key)
            if kept is None:
                bucket[key] = fact
            elif isinstance(kept, list):
                kept.append(fact)
            else:
                bucket[key] = [kept, fact]

    def find(self, spec: EventSpec, names: dict[str, str], cut: Cut) -> list[Fact]:
        """Facts of a kind that belong to these names and are known at the cut, in no order."""
        keys = spec.keys
        key: Value = names[keys[0]] if len(keys) == 1 else tuple(names[key] for key in keys)
        kept = self._buckets[spec.kind, keys].get(key)
        if kept is None:
            return []
        whole = cut.by == "recorded" and self._newest is not None and self._newest <= cut.at
        if isinstance(kept, list):
            return kept.copy() if whole else [fact for fact in kept if cut.knows(fact)]
        return [kept] if whole or cut.knows(kept) else []
