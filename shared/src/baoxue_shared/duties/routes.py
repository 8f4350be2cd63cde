"""Which instances a fact touches: an index by the names that both tell."""

from collections import defaultdict
from collections.abc import Iterator

from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.facts import Value, tellers, value_of
from baoxue_shared.duties.instance import Instance
from baoxue_shared.duties.kinds import Teller
from baoxue_shared.duties.model import Duty
from baoxue_shared.duties.specs import all_specs

Names = tuple[str, ...]
Found = dict[Value, Instance | list[Instance]]


class Routes:
    """By duty and the names of `per` that an event tells; most lists hold one instance, kept bare."""

    def __init__(self) -> None:
        self._into: dict[str, list[tuple[tuple[Teller, ...], Found]]] = defaultdict(list)
        self._watched: dict[tuple[str, object, int], list[tuple[tuple[int, ...], Found]]] = {}

    def enter(self, duty: Duty, number: int) -> None:
        """Before the variant has instances."""
        variant = duty.variants[number]
        found: dict[Names, Found] = {}
        entered: set[tuple[str, Names]] = set()
        for spec in all_specs(variant):
            names = tuple(name for name in variant.per if name in spec.keys)
            if (spec.kind, names) not in entered:
                entered.add((spec.kind, names))
                self._into[spec.kind].append((tellers(spec.kind, names), found.setdefault(names, {})))
        at = {name: n for n, name in enumerate(variant.per)}
        watched = [(tuple(at[name] for name in names), bucket) for names, bucket in found.items()]
        self._watched[duty.id, duty.valid_from, number] = watched

    def watch(self, instance: Instance) -> None:
        """From now on facts find it."""
        values = instance.values
        for places, bucket in self._watched[instance.duty.id, instance.duty.valid_from, instance.number]:
            key: Value = values[places[0]] if len(places) == 1 else tuple(values[place] for place in places)
            kept = bucket.get(key)
            if kept is None:
                bucket[key] = instance
            elif isinstance(kept, list):
                kept.append(instance)
            else:
                bucket[key] = [kept, instance]

    def touched(self, fact: Fact) -> Iterator[Instance]:
        """The instances whose answer the fact may change."""
        for told, bucket in self._into.get(fact.kind, ()):
            kept = bucket.get(value_of(fact, told))
            if isinstance(kept, list):
                yield from kept
            elif kept is not None:
                yield kept
