"""What if other settings, or another catalogue, had been in force: over the same record, beside the real answer.

Nothing is recorded.
"""

from collections.abc import Iterable

import msgspec

from baoxue_shared.duties.catalogue import Catalogue
from baoxue_shared.duties.engine import Engine
from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.state import DutyState


class Beside(msgspec.Struct, frozen=True):
    """One duty of one bearer, really and if; None = it does not exist there."""

    duty_id: str
    key: str
    real: DutyState | None
    other: DutyState | None

    @property
    def area(self) -> str:
        state = self.real or self.other
        return state.area if state else ""

    @property
    def differs(self) -> bool:
        return self.real != self.other


class WhatIf(msgspec.Struct, frozen=True):
    """Both answers side by side; `touched`: the duties that the change can touch at all."""

    rows: tuple[Beside, ...]
    touched: tuple[str, ...]

    @property
    def changed(self) -> tuple[Beside, ...]:
        return tuple(row for row in self.rows if row.differs)


def what_if(facts: Iterable[Fact], cut: Cut, real: Catalogue, other: Catalogue) -> WhatIf:
    """Two engines over one record."""
    engines = Engine(real), Engine(other)
    for fact in facts:
        for engine in engines:
            engine.feed(fact)
    found, imagined = ({(s.duty_id, s.key): s for s in engine.states(cut)} for engine in engines)
    keys = sorted(found.keys() | imagined.keys())
    rows = tuple(Beside(*key, found.get(key), imagined.get(key)) for key in keys)
    return WhatIf(rows, touched(real, other))


def touched(real: Catalogue, other: Catalogue) -> tuple[str, ...]:
    """Ids of the duties that differ as data: by a setting that they use, or by their rule."""
    before, after = ({(duty.id, duty.valid_from): duty for duty in catalogue} for catalogue in (real, other))
    return tuple(sorted({key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}))
