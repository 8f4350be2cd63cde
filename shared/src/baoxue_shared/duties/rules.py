"""Events and settings of one duty, from YAML."""

from collections.abc import Callable, Iterable
from typing import Any

from baoxue_shared.duties.kinds import fields_of, lacking, teller
from baoxue_shared.duties.lined import Lined
from baoxue_shared.duties.model import Condition, EventSpec

SettingValue = Callable[[str, object], object]  # name, default → the value in force
SPEC_FIELDS = frozenset({"event", "where", "at", "within", "after_attempts"})
WITHIN = ("term", "start", "year")


class Rules:
    """Reads what one variant of a duty names; collects the settings it uses and the events it waits for."""

    def __init__(self, per: tuple[str, ...], setting_value: SettingValue) -> None:
        self.per, self._setting_value = per, setting_value
        self.used: dict[str, object] = {}
        self.waiting: set[str] = set()
        self.unheard: set[str] = set()  # what a rule that is awake cannot hear yet

    def setting(self, given: object) -> object:
        """A plain value, or a setting's value with the catalogue's default."""
        if not isinstance(given, Lined):
            return given
        given.only(frozenset({"setting", "default"}))
        name = str(given.need("setting"))
        self.used[name] = self._setting_value(name, given.need("default"))
        return self.used[name]

    def number(self, given: object, row: Lined, field: str, least: int = 0) -> int:
        """A whole number, not under `least`. CatalogueError."""
        value = self.setting(given)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise row.fail(f"{field} is a whole number from {least} on, not {value!r}", field)
        return value

    def spec(self, given: Any, line: Lined, extra: tuple[str, ...] = (), *, must: bool = True) -> EventSpec:  # noqa: ANN401
        """An event with its conditions; `given` is a name or a mapping. `must`: the row waits for it."""
        row = given if isinstance(given, Lined) else line.over({"event": given})
        row.only(SPEC_FIELDS)
        kind = str(row.need("event"))
        fields = fields_of(kind)
        if fields is None:
            raise row.fail(f"unknown event type {kind!r}: neither a contract nor in planned.yaml", "event")
        where = [self._condition(f, v) for f, v in row.get("where", {}).items()]
        if "after_attempts" in row:
            where.append(("attempts", ">=", self.number(row["after_attempts"], row, "after_attempts", 1)))
        within = row.get("within")
        if within not in {None, *WITHIN}:
            raise row.fail(f"unknown within {within!r}; there are {', '.join(WITHIN)}", "within")
        keys = tuple(name for name in (*self.per, *extra) if teller(kind, name) is not None)
        named = [field for field, _, _ in where] + ([row["at"]] if "at" in row else [])
        for field in named:
            self.field(kind, field, row)
        spec = EventSpec(kind, keys, tuple(where), row.get("at"), within)
        if must:
            self.waiting.update(self.lacking(spec))
        return spec

    def some(self, given: Iterable[Any], row: Lined, extra: tuple[str, ...] = ()) -> tuple[EventSpec, ...]:
        """Events of which one is enough to be awake; what the others lack is not heard yet."""
        specs = tuple(self.spec(one, row, extra, must=False) for one in given)
        lacking = [self.lacking(spec) for spec in specs]
        (self.unheard if any(not words for words in lacking) else self.waiting).update(*lacking)
        return specs

    @staticmethod
    def lacking(spec: EventSpec) -> set[str]:
        """What of an event has to land before it can be heard."""
        told = (teller(spec.kind, name) for name in spec.keys)
        named = (*(field for field, _, _ in spec.where), spec.at or "", *(t for t in told if isinstance(t, str)))
        return {word for field in ("", *named) if (word := lacking(spec.kind, field))}

    def field(self, kind: str, field: str, row: Lined) -> None:
        """CatalogueError unless events of the kind carry the field."""
        if field not in (fields_of(kind) or ()):
            raise row.fail(f"{kind} has no field {field!r}")

    def wait(self, kind: str, *fields: str) -> None:
        """Note what of it is still to come."""
        self.waiting.update(word for field in ("", *fields) if (word := lacking(kind, field)))

    @staticmethod
    def _condition(field: str, value: object) -> Condition:
        if value == "period_end":
            return (field, "period_end", None)
        return (field, "in", tuple(value) if isinstance(value, list) else (value,))
