"""The meaning of all histories as one hash: ids, clock readings, ciphertext and request ids do not count.

Every id (and every event's own id) is a node. Its label is refined round by round from what was recorded under it
and about it, until labels tell apart all that meaning tells apart (colour refinement). Order counts inside an
aggregate; between aggregates it does not.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from baoxue_shared.history.unit import Row

ROUNDS = 12
_REF = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:enrollment|cases|aid|oversight):\d+:\d+\b"
)
_HEADER = {"originator_id", "originator_version", "timestamp", "metadata", "class_version"}
_SERIAL = {"number", "first"}  # running numbers are ids: who got which depends on the random ids
_ACT = ("actor", "role", "organisation", "jurisdiction", "clause", "on_behalf_of")
BOOKKEEPING = ("enrollment.BulkEntry.",)  # counts of a bulk run: a repeated one counts differently
UNORDERED = ("enrollment.NoticeBook.",)  # which notices share one write is no meaning
BACK_DATED = timedelta(seconds=1)


class Item(NamedTuple):
    """One value of an event: where it stands, its text with a hole for each reference, the references."""

    path: str
    text: str
    refs: tuple[str, ...]


class Meaning(NamedTuple):
    """One event; `own` is its event id, `about` its aggregate."""

    own: str
    about: str
    topic: str
    items: tuple[Item, ...]


def meaning(service: str, row: Row) -> Meaning | None:
    """None for bookkeeping."""
    if row.topic.startswith(BOOKKEEPING):
        return None
    state = msgspec.json.decode(row.state)
    metadata = state["metadata"]
    facts = {name: value for name, value in state.items() if name not in _HEADER | _SERIAL}
    facts |= {f"by.{name}": metadata.get(name) for name in _ACT}
    happened = datetime.fromisoformat(metadata["occurred_at"])
    if abs(row.recorded_at - happened) > BACK_DATED:
        facts["happened"] = metadata["occurred_at"]
    items = tuple(item for name in sorted(facts) for item in _items(name, facts[name]))
    return Meaning(f"{service}:{row.epoch}:{row.position}", str(row.originator_id), row.topic, items)


def _items(path: str, value: Any) -> Iterator[Item]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if "box" in value and "commitment" in value:
            yield Item(path, f"sealed {value['where']}", ())
            return
        for name in sorted(value):
            yield from _items(f"{path}.{name}", value[name])
    elif isinstance(value, list):
        unordered = any(_REF.search(str(one)) for one in value)
        for number, one in enumerate(value):
            yield from _items(f"{path}[]" if unordered else f"{path}[{number}]", one)
    else:
        text = str(value)
        yield Item(path, _REF.sub("{}", text), tuple(_REF.findall(text)))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


class Labels:
    """Labels of all nodes, refined until they no longer split."""

    def __init__(self, events: list[Meaning]) -> None:
        self._events = events
        self._label: dict[str, str] = defaultdict(lambda: "?")
        self._said: list[str] = []
        kinds = 0
        for _ in range(ROUNDS):
            self._round()
            if len(set(self._label.values())) == kinds:
                break
            kinds = len(set(self._label.values()))

    def _text(self, event: Meaning) -> str:
        shown = sorted(
            f"{item.path}={item.text}" + "".join(f"|{self._label[ref]}" for ref in item.refs) for item in event.items
        )
        return _hash(event.topic, *shown)

    def _round(self) -> None:
        self._said = [self._text(event) for event in self._events]
        under: dict[str, list[str]] = defaultdict(list)
        among: dict[str, list[str]] = defaultdict(list)
        named: dict[str, list[str]] = defaultdict(list)
        for event, said in zip(self._events, self._said, strict=True):
            (among if event.topic.startswith(UNORDERED) else under)[event.about].append(said)
            named[event.own].append(f"own {said}")
            for item in event.items:
                for ref in item.refs:
                    named[ref].append(f"{item.path} {said}")
        nodes = under.keys() | among.keys() | named.keys()
        self._label.update(
            {node: _hash(*under[node], "·", str(len(among[node])), "·", *sorted(named[node])) for node in sorted(nodes)}
        )

    def whole(self) -> str:
        """The hash of everything that was said, and under what."""
        under: dict[str, list[str]] = defaultdict(list)
        for event, said in zip(self._events, self._said, strict=True):
            under[event.about].append("" if event.topic.startswith(UNORDERED) else said)
        return hashlib.sha256("\n".join(sorted(_hash(*texts) for texts in under.values())).encode()).hexdigest()


def digest(histories: Iterable[tuple[str, Iterable[Row]]]) -> str:
    """Of pairs of a service's name and its rows in order; 64 hex digits."""
    found = [meaning(service, row) for service, rows in histories for row in rows]
    return Labels([event for event in found if event is not None]).whole()
