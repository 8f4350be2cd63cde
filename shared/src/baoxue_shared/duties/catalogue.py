"""The catalogue: read, checked, made into duties."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from baoxue_shared.duties import notice
from baoxue_shared.duties.kinds import data
from baoxue_shared.duties.lined import CatalogueError, Lined, read_rows
from baoxue_shared.duties.model import Duty
from baoxue_shared.duties.settings import Settings
from baoxue_shared.duties.variants import VARIED, variants_of

__all__ = ["Catalogue", "CatalogueError", "Duty", "load_catalogue"]

PARTS = ("notice-1.yaml", "notice-2.yaml", "notice-3.yaml")
TOLD = {"id", "clause", "text", "title", "force", "valid_from", "valid_to", "variants", "consequence", "source", "note"}
ROW = frozenset(TOLD | VARIED)
FORCES = ("must", "encouraged")
CONSEQUENCES = ("finding", "refuse_command", "case", "recorded")
SOURCES = ("notice", "law", "practice", "own")


class Catalogue:
    """Duties in the order of the notice; each also as it is for a place and a day, where settings differ by them."""

    def __init__(self, rows: Iterable[Lined], settings: Settings, *, planned_too: bool) -> None:
        self._settings, self._planned_too = settings, planned_too
        self._rows: dict[tuple[str, date], Lined] = {}
        self._local: dict[tuple[object, ...], Duty] = {}
        found = []
        for row in rows:
            found.append(self._read(row))
            self._rows[found[-1].id, found[-1].valid_from] = row
            _check_validity(row, found)
        self._duties = tuple(found)
        _check_settings(self._duties, self._rows)

    def __iter__(self) -> Iterator[Duty]:
        return iter(self._duties)

    def __len__(self) -> int:
        return len(self._duties)

    def at(self, duty: Duty, area: str, day: date) -> Duty:
        """The duty with the settings in force there and then."""
        if not self._settings.local(duty.settings):
            return duty
        values = {name: self._settings.value(name, default, area, day) for name, default in duty.settings.items()}
        key = (duty.id, duty.valid_from, *map(str, values.items()))
        if key not in self._local:
            self._local[key] = self._read(self._rows[duty.id, duty.valid_from], area, day)
        return self._local[key]

    def _read(self, row: Lined, area: str = "", day: date = date.max) -> Duty:
        row.only(ROW)
        variants, used = variants_of(row, lambda name, default: self._settings.value(name, default, area, day))
        if self._planned_too:
            variants = tuple(msgspec.structs.replace(variant, waiting_for=(), unheard=()) for variant in variants)
        consequence = tuple(_each_of(row, "consequence", row.get("consequence", ()), CONSEQUENCES))
        if any(variant.guards for variant in variants) != ("refuse_command" in consequence):
            raise row.fail(
                "refuse_command is the consequence of a duty that forbids a command, and only of it", "forbids"
            )
        return Duty(
            id=str(row.need("id")),
            clause=str(row.need("clause")),
            text=_text(row),
            title=_words(row, "title"),
            force=_one_of(row, "force", FORCES, "must"),
            valid_from=_day(row, "valid_from"),
            valid_to=_day(row, "valid_to") if "valid_to" in row else None,
            variants=variants,
            consequence=consequence,
            settings=dict(sorted(used.items())),
            source=_sources(row),
            note=row.get("note", {}),
        )


def load_catalogue(
    text: str | None = None, settings: Mapping[str, object] | None = None, *, planned_too: bool = False
) -> Catalogue:
    """Duties of a catalogue text, by default the product's own; `settings` override the dated defaults.

    `planned_too`: rows do not wait for events that are only planned. CatalogueError names the line for: unknown field,
    event type, operator, set or body; a text that its clause does not contain; an id twice at one time; a setting with
    two defaults; an impossible rule.
    """
    given = Settings(settings)
    if text is not None:
        return Catalogue(read_rows(text), given, planned_too=planned_too)
    rows = [row for part in PARTS for row in read_rows(data(part))]
    return Catalogue(rows, given, planned_too=planned_too)


def _text(row: Lined) -> str:
    clause, text = str(row["clause"]), str(row.need("text"))
    if clause not in notice.clauses():
        raise row.fail(f"unknown clause {clause!r}; there are {', '.join(notice.clauses())}", "clause")
    if text not in notice.clauses()[clause]:
        raise row.fail(f"clause {clause} of the notice does not contain the text {text!r}", "text")
    return text


def _words(row: Lined, field: str) -> Mapping[str, str]:
    words = row.need(field)
    if not isinstance(words, Lined) or set(words) != {"zh", "en"}:
        raise row.fail(f"{field} has zh and en", field)
    return dict(words)


def _sources(row: Lined) -> Mapping[str, str]:
    given = row.get("source", {})
    if set(given) - ROW:
        raise row.fail(f"source names no field of a duty: {', '.join(sorted(set(given) - ROW))}", "source")
    return dict(zip(given, _each_of(row, "source", given.values(), SOURCES), strict=True))


def _one_of(row: Lined, field: str, known: tuple[str, ...], usual: str) -> str:
    value = str(row.get(field, usual))
    if value not in known:
        raise row.fail(f"unknown {field} {value!r}; there are {', '.join(known)}", field)
    return value


def _each_of(row: Lined, field: str, given: Iterable[object], known: tuple[str, ...]) -> Iterator[str]:
    for value in given:
        if value not in known:
            raise row.fail(f"unknown {field} {value!r}; there are {', '.join(known)}", field)
        yield str(value)


def _day(row: Lined, field: str) -> date:
    day = row.need(field)
    if not isinstance(day, date):
        raise row.fail(f"{field} is a day such as 2018-11-29, not {day!r}", field)
    return day


def _check_validity(row: Lined, found: list[Duty]) -> None:
    new = found[-1]
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise row.fail(f"impossible rule: valid_to {new.valid_to} is before valid_from", "valid_to")
    for other in found[:-1]:
        if other.id != new.id:
            continue
        if new.valid_from <= (other.valid_to or date.max) and other.valid_from <= (new.valid_to or date.max):
            raise row.fail(f"overlapping validity: duty {new.id} stands twice from {new.valid_from} on", "id")


def _check_settings(duties: tuple[Duty, ...], rows: Mapping[tuple[str, date], Lined]) -> None:
    """One name, one default."""
    known: dict[str, object] = {}
    for duty in duties:
        for name, value in duty.settings.items():
            if known.setdefault(name, value) != value:
                raise rows[duty.id, duty.valid_from].fail(f"setting {name} has two defaults: {known[name]}, {value}")
