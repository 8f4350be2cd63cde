"""The operators of the catalogue: from YAML to requirement nodes."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from baoxue_shared.duties.fact import CONTRACTS, has_name
from baoxue_shared.duties.lined import Lined
from baoxue_shared.duties.model import AllOf, AnyOf, Condition, Count, Cover, Each, EventSpec, Node, Sequence

SETS = {"households_known": "HouseholdRecorded", "listed_pupils": "PupilsNotCheckedIn"}
MANY: dict[str, type[AllOf | AnyOf | Sequence]] = {"all_of": AllOf, "any_of": AnyOf, "sequence": Sequence}
OPERATORS = ("event", *MANY, "each", "count", "cover")
_DAYS = re.compile(r"^P(\d+)D$")


class Rules:
    """Reads the requirement of one duty; collects the settings it uses."""

    def __init__(self, per: tuple[str, ...], settings: Mapping[str, object]) -> None:
        self.per, self.settings = per, settings
        self.used: set[str] = set()

    def setting(self, given: object) -> object:
        """A plain value, or a setting's value with the catalogue's default."""
        if not isinstance(given, Lined):
            return given
        name = given.need("setting")
        self.used.add(name)
        return self.settings.get(name, given.need("default"))

    def node(self, row: Any, extra: tuple[str, ...] = ()) -> Node:  # noqa: ANN401 - YAML
        """CatalogueError for what is no operator."""
        if not isinstance(row, Lined):
            row = Lined()
        if "each" in row:
            return self._each(row)
        if "cover" in row:
            return self._cover(row)
        if "event" in row:
            return self.spec(row, row, extra)
        if "count" in row:
            return Count(self.spec(row["count"], row, extra), int(str(self.setting(row.need("min")))))
        for operator, kind in MANY.items():
            if operator in row:
                return kind(tuple(self.node(part, extra) for part in row[operator]))
        raise row.fail(f"unknown operator in {row!r}; there are {', '.join(OPERATORS)}")

    def spec(self, given: Any, line: Lined, extra: tuple[str, ...] = ()) -> EventSpec:  # noqa: ANN401 - YAML
        """An event with its conditions; `given` is a name or a mapping."""
        row = given if isinstance(given, Lined) else Lined(event=given)
        kind = str(row.get("event"))
        if kind not in CONTRACTS:
            raise line.fail(f"unknown event type {kind!r}")
        at = row.get("at")
        for field in (*row.get("where", {}), *([at] if at else [])):
            if field not in CONTRACTS[kind].model_fields:
                raise line.fail(f"{kind} has no field {field!r}")
        where: list[Condition] = [self._condition(f, v) for f, v in row.get("where", {}).items()]
        if "after_attempts" in row:
            where.append(("attempts", ">=", int(str(self.setting(row["after_attempts"])))))
        keys = tuple(name for name in (*self.per, *extra) if has_name(kind, name))
        return EventSpec(kind, keys, tuple(where), at)

    @staticmethod
    def _condition(field: str, value: object) -> Condition:
        if value == "period_end":
            return (field, "period_end", None)
        return (field, "in", tuple(value) if isinstance(value, list) else (value,))

    def _each(self, row: Lined) -> Each:
        each = row["each"]
        of, member = each.need("of"), each.need("member")
        if of not in SETS:
            raise each.fail(f"unknown set {of!r}; there are {', '.join(SETS)}")
        part = Lined({name: value for name, value in row.items() if name != "each"})
        part.line = row.line
        members = self.spec(SETS[of], each)
        return Each(member, of, members, self.node(part, (member,)), "as_of" in each)

    def _cover(self, row: Lined) -> Cover:
        cover = row["cover"]
        opens, closes, until = (
            tuple(self.spec(given, cover) for given in cover.need(field)) for field in ("opens", "closes", "until")
        )
        first = _DAYS.match(str(self.setting(row.get("first_gap", "P0D"))))
        later = row.get("later_gap", "PT0S")
        if first is None or later != "PT0S":
            raise row.fail("first_gap is whole days (P3D), later_gap is PT0S")
        return Cover(opens, closes, until, cover.need("by"), int(first[1]), timedelta(0))


def check_silence(row: Lined, node: Node) -> None:
    """A rule that an empty set alone would meet is refused: silence is never met."""
    alone = isinstance(node, Each) or (
        isinstance(node, AllOf | AnyOf | Sequence) and not any(map(_speaks, _parts(node)))
    )
    if alone or (isinstance(node, Count) and node.least < 1):
        raise row.fail("impossible rule: silence would meet it; an event must state that there was nothing to do")


def _parts(node: AllOf | AnyOf | Sequence) -> tuple[Node, ...]:
    return node.steps if isinstance(node, Sequence) else node.parts


def _speaks(node: Node) -> bool:
    return not isinstance(node, Each)
