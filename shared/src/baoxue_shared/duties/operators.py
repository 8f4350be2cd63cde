"""The nine operators of the catalogue: from YAML to requirement nodes."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from baoxue_shared.duties.kinds import data
from baoxue_shared.duties.lined import Lined, read
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
from baoxue_shared.duties.rules import Rules

OPERATORS = ("event", "all_of", "any_of", "sequence", "each", "count", "ratio", "cover", "never")
_DAYS = re.compile(r"^P(\d+)D$")
_NAMED: Mapping[str, Mapping[str, Lined]] = read(data("sets.yaml"))
SETS, QUANTITIES = _NAMED["sets"], _NAMED["quantities"]


def node(rules: Rules, row: Any, line: Lined, extra: tuple[str, ...] = ()) -> Node:  # noqa: ANN401 - YAML
    """CatalogueError for what is no operator."""
    if not isinstance(row, Lined):
        raise line.fail(f"unknown operator in {row!r}; there are {', '.join(OPERATORS)}", "requires")
    operator = next((name for name in ("each", *OPERATORS) if name in row), None)
    if operator is None:
        raise row.fail(f"unknown operator in {dict(row)!r}; there are {', '.join(OPERATORS)}")
    if operator == "event":
        return rules.spec(row, row, extra)
    return _READ[operator](rules, row, extra)


def _parts(rules: Rules, row: Lined, operator: str, extra: tuple[str, ...]) -> tuple[Node, ...]:
    given = row[operator]
    if not isinstance(given, list) or not given:
        raise row.fail(f"{operator} is a list with something in it", operator)
    return tuple(node(rules, part, row, extra) for part in given)


def _all_of(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    row.only(frozenset({"all_of", "same"}))
    parts, same = _parts(rules, row, "all_of", extra), tuple(row.get("same", ()))
    for part in parts if same else ():
        if not isinstance(part, EventSpec):
            raise row.fail("impossible rule: `same` stands over plain events only", "same")
        for field in same:
            rules.field(part.kind, field, row)
            rules.wait(part.kind, field)
    return AllOf(parts, same)


def _any_of(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    row.only(frozenset({"any_of"}))
    return AnyOf(_parts(rules, row, "any_of", extra))


def _sequence(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    row.only(frozenset({"sequence"}))
    return Sequence(_parts(rules, row, "sequence", extra))


def _each(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    each = row["each"]
    each.only(frozenset({"member", "of", "as_of"}))
    member, of = str(each.need("member")), each.need("of")
    if each.get("as_of", "window_end") not in {"window_end", "period_end"}:
        raise each.fail(f"unknown as_of {each['as_of']!r}; there are window_end, period_end", "as_of")
    part = node(rules, row.without("each"), row, (*extra, member))
    if isinstance(of, list):
        return Each(member, "list", tuple(map(str, of)), "", part, until_term=False)
    if of not in SETS:
        raise each.fail(f"unknown set {of!r}; there are {', '.join(SETS)}", "of")
    members = rules.spec(SETS[of].without("field"), each)
    rules.wait(members.kind, SETS[of]["field"])
    return Each(member, of, members, SETS[of]["field"], part, "as_of" in each)


def _count(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    row.only(frozenset({"count", "min", "expected_max", "where", "at", "within"}))
    given = row["count"] if isinstance(row["count"], list) else [row["count"]]
    shared = {name: row[name] for name in ("where", "at", "within") if name in row}
    specs = tuple(
        rules.spec(one if isinstance(one, Lined) else row.over({"event": one, **shared}), row, extra) for one in given
    )
    return Count(specs, rules.number(row.need("min"), row, "min"), row.get("expected_max"))


def _ratio(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    row.only(frozenset({"ratio", "min", "when_base_zero"}))
    if row.get("when_base_zero") != "excused":
        raise row.fail("when_base_zero is excused: say so", "when_base_zero")
    share, base = (_quantity(rules, name, row, extra) for name in row["ratio"])
    given = str(rules.setting(row.need("min")))
    try:
        least = Fraction(given)
    except (ValueError, ZeroDivisionError):
        raise row.fail(f"min is a share such as 10/100, not {given!r}", "min") from None
    if not 0 < least <= 1:
        raise row.fail(f"impossible rule: a share of {least}", "min")
    return Ratio(share, base, least)


def _quantity(rules: Rules, name: str, row: Lined, extra: tuple[str, ...]) -> Quantity:
    if name not in QUANTITIES:
        raise row.fail(f"unknown quantity {name!r}; there are {', '.join(QUANTITIES)}", "ratio")
    given = QUANTITIES[name]
    rules.wait(given["event"], given["field"])
    return Quantity(name, rules.spec(given.without("field"), row, extra), given["field"])


def _cover(rules: Rules, row: Lined, _: tuple[str, ...]) -> Node:
    row.only(frozenset({"cover", "first_gap", "later_gap"}))
    cover = row["cover"]
    cover.only(frozenset({"opens", "closes", "until", "by", "lasts"}))
    opens, until = (tuple(rules.spec(given, cover) for given in cover.get(f, ())) for f in ("opens", "until"))
    closes = rules.some(cover.get("closes", ()), cover)
    if not opens or not until:
        raise cover.fail("impossible rule: a cover needs `opens` and `until`")
    if row.get("later_gap", "PT0S") != "PT0S":
        raise row.fail("later_gap is PT0S", "later_gap")
    lasts = _days(rules, cover, "lasts") if "lasts" in cover else None
    by = cover.get("by")
    if lasts is None and by is None:
        raise cover.fail("impossible rule: a cover ends `by` a field that closes repeat, or it `lasts` some days")
    for spec in (*opens, *closes) if by else ():
        rules.field(spec.kind, by, cover)
    for spec in opens if by else ():
        rules.wait(spec.kind, by)
    return Cover(opens, closes, until, by, _days(rules, row, "first_gap"), lasts)


def _days(rules: Rules, row: Lined, field: str) -> int:
    found = _DAYS.match(str(rules.setting(row.get(field, "P0D"))))
    if found is None:
        raise row.fail(f"{field} is whole days: P3D", field)
    return int(found[1])


def _never(rules: Rules, row: Lined, extra: tuple[str, ...]) -> Node:
    """Awake as soon as one of the breaches can be told: it need not wait for the others."""
    row.only(frozenset({"never"}))
    return Never(rules.some(row["never"], row, extra))


_READ = {
    "all_of": _all_of,
    "any_of": _any_of,
    "sequence": _sequence,
    "each": _each,
    "count": _count,
    "ratio": _ratio,
    "cover": _cover,
    "never": _never,
}
