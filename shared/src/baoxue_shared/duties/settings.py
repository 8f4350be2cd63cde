"""Settings of the duties: a jurisdiction's dated values over the catalogue's own defaults."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec


class Value(msgspec.Struct, frozen=True):
    """What holds in an area (and below it) from a day on."""

    value: object
    area: str = ""
    since: date = date.min


class Settings:
    """Name → a value for everybody, or a list of {value, area, since}: the longest area wins, then the latest."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self._values = {name: _values(name, value) for name, value in (given or {}).items()}
        self._any_local = any(v.area or v.since != date.min for values in self._values.values() for v in values)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._values)

    def local(self, names: Mapping[str, object]) -> bool:
        """Whether any of the names has a value that depends on place or day."""
        return self._any_local and any(
            v.area or v.since != date.min for name in names for v in self._values.get(name, ())
        )

    def value(self, name: str, default: object, area: str = "", day: date = date.max) -> object:
        """The value in force; `default` where nothing was set."""
        holding = [v for v in self._values.get(name, ()) if area.startswith(v.area) and v.since <= day]
        return max(holding, key=lambda v: (len(v.area), v.since)).value if holding else default


def _values(name: str, given: Any) -> tuple[Value, ...]:  # noqa: ANN401 - from a settings file
    dated = isinstance(given, list) and any(isinstance(row, Mapping) for row in given)
    rows = given if dated else [{"value": given}]
    try:
        return tuple(msgspec.convert(dict(row), Value) for row in rows)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        message = f"setting {name}: a value, or a list of value, area, since; {error}"
        raise ValueError(message) from None
