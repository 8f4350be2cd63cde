"""A hash of what all histories mean together: the same for two runs that recorded the same under other ids."""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

from baoxue_shared.history.unit import Row

from baoxue_deploy.meaning import Meaning, meanings_of

ROUNDS = 16


def _hash(*parts: bytes) -> bytes:
    mixed = blake2b(digest_size=16)
    for part in parts:
        mixed.update(len(part).to_bytes(4, "big") + part)
    return mixed.digest()


class _Refinement:
    """Labels of things by what is recorded of them: each round looks one reference further.

    A thing's label comes from its own events in their order, and from the events that name it in no order; so a
    random id is replaced by what it stands for. (Colour refinement; it tells apart all but truly alike things.)
    """

    def __init__(self, histories: Iterable[tuple[str, Iterable[Row]]]) -> None:
        self.meanings: list[tuple[str, Meaning]] = []
        self._events: dict[str, Row] = {}
        for service, history in histories:
            rows = list(history)
            self._events |= {f"{service}:{row.epoch}:{row.position}": row for row in rows}
            self.meanings += [(service, meaning) for meaning in meanings_of(rows)]
        self._own: dict[str, list[int]] = defaultdict(list)
        self._naming: dict[str, list[int]] = defaultdict(list)
        for number, (_, meaning) in enumerate(self.meanings):
            self._own[meaning.originator].append(number)
            for group in meaning.groups:
                for _, references in group:
                    for reference in references:
                        self._naming[reference].append(number)
        self._labels = dict.fromkeys({*self._own, *self._naming}, b"")

    def run(self) -> list[bytes]:
        """Labels of all events, when another round tells no more things apart."""
        apart = 0
        for _ in range(ROUNDS):
            told = self._told()
            self._labels = {name: self._label(name, told) for name in self._labels}
            if (found := len(set(self._labels.values()))) == apart:
                break
            apart = found
        return self._told()

    def _told(self) -> list[bytes]:
        return [
            _hash(
                service.encode(),
                meaning.text,
                self._labels[meaning.originator],
                *(b"".join(sorted(self._of(text, names) for text, names in group)) for group in meaning.groups),
            )
            for service, meaning in self.meanings
        ]

    def _of(self, text: bytes, references: tuple[str, ...]) -> bytes:
        return _hash(text, *(self._labels[reference] for reference in references))

    def _label(self, name: str, told: list[bytes]) -> bytes:
        if name in self._events:  # an event named by its position
            row = self._events[name]
            return _hash(row.topic.encode(), self._labels[str(row.originator_id)])
        own = b"".join(told[number] for number in self._own.get(name, ()))
        return _hash(own, b"".join(sorted(told[number] for number in self._naming.get(name, ()))))


def digest(histories: Iterable[tuple[str, Iterable[Row]]]) -> str:
    """Of pairs of a service's name and its rows. Order between aggregates does not matter, order inside one does."""
    return _hash(*sorted(_Refinement(histories).run())).hex()
