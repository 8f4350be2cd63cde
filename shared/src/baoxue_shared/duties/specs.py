"""Which events a requirement, or a whole variant, names."""

from baoxue_shared.duties.model import (
    AllOf,
    AnyOf,
    Count,
    Cover,
    Each,
    EventSpec,
    Never,
    Node,
    Ratio,
    Sequence,
    Variant,
)


def specs_of(node: Node) -> tuple[EventSpec, ...]:
    """Every event that a requirement names."""
    match node:
        case EventSpec():
            return (node,)
        case AllOf(parts) | AnyOf(parts) | Sequence(parts):
            return tuple(spec for part in parts for spec in specs_of(part))
        case Each(members=members, part=part):
            return (*((members,) if isinstance(members, EventSpec) else ()), *specs_of(part))
        case Count(specs) | Never(specs):
            return specs
        case Ratio(share, base):
            return (share.spec, base.spec)
        case Cover(opens, closes, until):
            return (*opens, *closes, *until)


def all_specs(variant: Variant) -> tuple[EventSpec, ...]:
    """Every event whose coming may change an instance, its trigger apart."""
    excuses = [spec for excuse in variant.excuses for spec in (excuse.spec, excuse.ends) if spec]
    guarded = (variant.forbids.spec,) if variant.forbids else ()
    return (*specs_of(variant.requires), *excuses, *variant.void_by, *guarded, *variant.due.specs, *variant.encouraged)
