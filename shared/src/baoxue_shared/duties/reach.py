"""Which states a duty can reach, by its rule."""

from baoxue_shared.duties.model import AllOf, AnyOf, Cover, Duty, Each, Never, Node, Ratio, Sequence, Variant
from baoxue_shared.duties.specs import specs_of
from baoxue_shared.duties.state import State


def reachable(duty: Duty) -> tuple[State, ...]:
    """Over all variants, in the order of the states."""
    found = {state for variant in duty.variants for state in reached_by(duty, variant)}
    return tuple(state for state in State if state in found)


def reached_by(duty: Duty, variant: Variant) -> frozenset[State]:
    """Of one variant; a prohibition that only its breach makes known has nothing but the breach."""
    if isinstance(variant.requires, Never):
        named = {"bearer", "office", "city", "county", "area", "school"} >= set(variant.per)
        return frozenset({State.VIOLATED, *([State.PENDING] if named else [])})
    found = {State.PENDING, State.MET}
    if isinstance(variant.requires, Cover):
        found |= {State.MET_LATE, State.MISSED, State.VOID}
    if variant.due.rule not in {"none", "continuous"}:
        found |= {State.MET_LATE} if _late(variant) else set()
        found |= {State.MISSED} if duty.force == "must" else set()
    if _has_ratio(variant.requires) or any(excuse.effect == "excuse" for excuse in variant.excuses):
        found.add(State.EXCUSED)
    if variant.void_by:
        found.add(State.VOID)
    if variant.forbids:
        found.add(State.VIOLATED)
    return frozenset(found)


def _late(variant: Variant) -> bool:
    """Whether what comes after the day still counts."""
    return any(spec.within != "term" for spec in specs_of(variant.requires)) or variant.due.rule == "after"


def _has_ratio(node: Node) -> bool:
    match node:
        case Ratio():
            return True
        case AllOf(parts) | AnyOf(parts) | Sequence(parts):
            return all(map(_has_ratio, parts))
        case Each(part=part):
            return _has_ratio(part)
        case _:
            return False
