"""What a recorded event means once ids, clock readings, request ids, salts and ciphertext are taken away."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.unit import Row

_HEADER = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "metadata"})
_REFERENCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:enrollment|cases|aid|oversight):\d+:\d+\b"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[0-9:.]*(?:Z|[+-]\d\d:\d\d)")
ENTERED_LATE = timedelta(minutes=1)  # beyond it the two times differ because somebody said so
# A number that is handed out in the order of arrival names one thing, as an id does.
SERIALS = {
    "enrollment.EnrollmentNotice.Issued": frozenset({"number"}),
    "enrollment.EnrollmentNotice.Reissued": frozenset({"number"}),
    "enrollment.NoticeBook.NumbersTaken": frozenset({"first"}),
    "enrollment.NoticeBook.NumberVoided": frozenset({"number"}),
    "enrollment.NoticeBook.NumberReplaced": frozenset({"number", "voided"}),
    "enrollment.Reconciliation.Made": frozenset({"record_sha256"}),  # over random ids
}
HANDED_OUT = frozenset({"enrollment.NoticeBook.NumbersTaken"})  # in one event or in several: the same

Item = tuple[bytes, tuple[str, ...]]  # text around the references, the references


@dataclass(frozen=True)
class Meaning:
    """`text`: the facts in clear; `groups`: what they refer to, each group in no order."""

    originator: str
    topic: str
    text: bytes
    groups: tuple[tuple[Item, ...], ...]


class _Reader:
    """Walks a state once; references go into groups, their places stay in the text."""

    def __init__(self) -> None:
        self.groups: list[tuple[Item, ...]] = []

    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return self._mapping(value)
        if isinstance(value, list):
            if value and all(isinstance(one, str) and _REFERENCE.search(one) for one in value):
                return self._refer(*map(_item, value))
            return [self.read(one) for one in value]
        if isinstance(value, str):
            if _INSTANT.fullmatch(value):
                return _day(value)
            return self._refer(_item(value)) if _REFERENCE.search(value) else value
        return value

    def _mapping(self, value: dict[str, Any]) -> Any:  # noqa: ANN401
        if "box" in value and "commitment" in value:
            return {"sealed": value["where"]}
        named = {key: one for key, one in value.items() if _REFERENCE.search(key)}
        plain = {key: self.read(one) for key, one in value.items() if key not in named}
        if not named:
            return plain
        return [plain, self._refer(*(_item(f"{key}={json.dumps(one, sort_keys=True)}") for key, one in named.items()))]

    def _refer(self, *items: Item) -> str:
        self.groups.append(items)
        return "\0"


def _item(text: str) -> Item:
    return _REFERENCE.sub("\0", text).encode(), tuple(_REFERENCE.findall(text))


def _day(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).date().isoformat()


def _said(state: dict[str, Any]) -> dict[str, Any]:
    """Who acted, on what clause, and when it happened if that is not when it was recorded."""
    metadata = state["metadata"]
    said = {name: metadata.get(name) for name in ("role", "organisation", "jurisdiction", "on_behalf_of", "clause")}
    occurred, recorded = map(datetime.fromisoformat, (metadata["occurred_at"], state["timestamp"]))
    late = abs(recorded - occurred) > ENTERED_LATE
    return {**said, "occurred": occurred.isoformat() if late else None}


def meaning_of(row: Row) -> Meaning:
    """One event's."""
    state = json.loads(row.state)
    facts = {
        name: value for name, value in state.items() if name not in _HEADER and name not in SERIALS.get(row.topic, ())
    }
    reader = _Reader()
    said = {"topic": row.topic, "by": reader.read(_said(state)), "facts": reader.read(facts)}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return Meaning(str(row.originator_id), row.topic, text, tuple(reader.groups))


def meanings_of(rows: Iterable[Row]) -> list[Meaning]:
    """A whole history's: each aggregate's events together, in the order of its versions."""
    ordered = sorted(rows, key=lambda row: (row.originator_id.int, row.originator_version))
    told: list[Meaning] = []
    for meaning in map(meaning_of, ordered):
        if told and meaning.topic in HANDED_OUT and _continues(told[-1], meaning):
            joined = tuple(a + b for a, b in zip(told[-1].groups, meaning.groups, strict=True))
            told[-1] = replace(meaning, groups=joined)
        else:
            told.append(meaning)
    return told


def _continues(before: Meaning, meaning: Meaning) -> bool:
    return (before.originator, before.text) == (meaning.originator, meaning.text)
