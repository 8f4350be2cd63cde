"""What the engine keeps of a fact: the fields that some duty reads, each string once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from baoxue_shared.duties.bodies import PLACES
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.kinds import fields_of, teller
from baoxue_shared.duties.model import AllOf, AnyOf, Cover, Duty, Each, EventSpec, Node, Ratio, Sequence, Variant
from baoxue_shared.duties.specs import all_specs, specs_of

ALWAYS = frozenset({"school_id", "child_id", "body", "person", "rank", "since", "until"})


class Needed:
    """By kind; a fact of another kind is not kept at all. Places and semesters are kept whole."""

    def __init__(self, catalogue: Iterable[Duty], others: Iterable[EventSpec]) -> None:
        fields: dict[str, set[str]] = defaultdict(lambda: set(ALWAYS))
        for duty in catalogue:
            for variant in duty.variants:
                if not variant.waiting_for:
                    _of_variant(fields, variant)
        for spec in others:
            _of_spec(fields, spec, ())
        self._fields: Mapping[str, tuple[str, ...]] = {
            kind: tuple(sorted(names & (fields_of(kind) or names))) for kind, names in fields.items()
        }
        self._strings: dict[str, str] = {}

    def kept(self, fact: Fact) -> Fact | None:
        """The fact with what is needed of it; None if nothing is."""
        if fact.kind in PLACES:
            return fact
        fields = self._fields.get(fact.kind)
        if fields is None:
            return None
        once = self._strings.setdefault
        given, data = fact.data, {}
        for name in fields:
            if name in given:
                value = given[name]
                data[name] = once(value, value) if type(value) is str else value
        return Fact(fact.event_id, fact.kind, fact.recorded_at, fact.occurred_at, once(fact.area, fact.area), data)


def _of_variant(fields: dict[str, set[str]], variant: Variant) -> None:
    event = variant.trigger.event
    for spec in (*all_specs(variant), *([event] if event else [])):
        _of_spec(fields, spec, variant.per)
    _of_node(fields, variant.requires, variant.per)
    if variant.due.field:
        for kind in [spec.kind for spec in variant.due.specs] or [event.kind if event else ""]:
            fields[kind].add(variant.due.field)
    for excuse in variant.excuses:
        fields[excuse.spec.kind].update([excuse.until] if excuse.until else [])
    if variant.forbids:
        fields[variant.forbids.spec.kind].update(variant.forbids.when_any)


def _of_spec(fields: dict[str, set[str]], spec: EventSpec, per: tuple[str, ...]) -> None:
    told = (teller(spec.kind, name) for name in (*spec.keys, *per))
    fields[spec.kind].update(name for name in told if isinstance(name, str))
    fields[spec.kind].update(name for name, _, _ in spec.where)
    fields[spec.kind].update([spec.at] if spec.at else [])


def _of_node(fields: dict[str, set[str]], node: Node, per: tuple[str, ...]) -> None:
    match node:
        case AllOf(parts, same):
            for spec in specs_of(node) if same else ():
                fields[spec.kind].update(same)
            _of_parts(fields, parts, per)
        case AnyOf(parts) | Sequence(parts):
            _of_parts(fields, parts, per)
        case Each(members=members, field=field, part=part):
            fields[members.kind if isinstance(members, EventSpec) else ""].add(field)
            _of_node(fields, part, per)
        case Ratio(share, base):
            fields[share.spec.kind].update({share.field, base.field})
        case Cover(opens, closes, by=by) if by:
            for spec in (*opens, *closes):
                fields[spec.kind].add(by)
        case _:
            return


def _of_parts(fields: dict[str, set[str]], parts: tuple[Node, ...], per: tuple[str, ...]) -> None:
    for part in parts:
        _of_node(fields, part, per)
