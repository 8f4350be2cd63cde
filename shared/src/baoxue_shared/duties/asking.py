"""What may be asked of duty states, and how they are told."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from baoxue_shared.duties.model import Duty
from baoxue_shared.duties.state import DutyState

WAITING, NOT_STARTED = "waiting for events", "nothing started it"
Told = dict[str, Any]


class Wanted(msgspec.Struct, frozen=True):
    """Every field narrows; an empty one does not. `duty`, `area` and `clause`: also their beginnings."""

    duty: str = ""
    clause: str = ""
    area: str = ""
    body: str = ""  # a code or id of who bears it, or a kind of body
    person: str = ""
    child: str = ""
    case: str = ""
    period: str = ""  # 2025, 2025-autumn, 2025-09
    state: str = ""

    def wants(self, state: DutyState) -> bool:
        names = dict(part.split("=", 1) for part in state.key.split("/"))
        return (
            state.duty_id.startswith(self.duty)
            and state.clause.startswith(self.clause)
            and state.area.startswith(self.area)
            and self.body in {"", state.bearer, state.body}
            and (not self.person or self.person in state.persons)
            and self.child in {"", state.child}
            and self.case in {"", names.get("case")}
            and (not self.period or self.period in {names.get(name) for name in TIMES})
            and self.state in {"", state.state.value}
        )

    @property
    def whole(self) -> bool:
        """Whether every duty of the catalogue is asked for, or only beginnings of ids and clauses."""
        return not any((self.area, self.body, self.person, self.child, self.case, self.period, self.state))

    def names(self, duty: Duty) -> bool:
        return duty.id.startswith(self.duty) and duty.clause.startswith(self.clause)


TIMES = ("period", "year", "school_year", "semester", "half_semester", "month", "holiday", "budget_year")


def cursor(state: DutyState) -> str:
    """Where a state stands in the list, as its page's `next`."""
    return f"{state.duty_id} {state.key}"


def paged(states: Sequence[DutyState], after: str, limit: int) -> tuple[Sequence[DutyState], str | None]:
    """The page that follows a cursor, and its own; None on the last page. The states in their order."""
    duty_id, _, key = after.partition(" ")
    first = bisect_right(states, (duty_id, key), key=lambda state: (state.duty_id, state.key)) if after else 0
    shown = states[first : first + limit]
    return shown, cursor(shown[-1]) if first + limit < len(states) else None


def told(states: Iterable[DutyState]) -> list[Told]:
    """As plain JSON values."""
    rows: list[Told] = msgspec.to_builtins(list(states))
    return rows


def without_state(catalogue: Iterable[Duty], there: AbstractSet[str], wanted: Wanted) -> list[Told]:
    """The duties that are not `there`: because their events do not exist yet, or because nothing started them."""
    if not wanted.whole:
        return []
    return [
        {
            "duty_id": duty.id,
            "clause": duty.clause,
            "title": dict(duty.title),
            "state": None,
            "mark": WAITING if duty.waits else NOT_STARTED,
            "waiting_for": list(duty.waiting_for),
        }
        for duty in catalogue
        if duty.id not in there and wanted.names(duty)
    ]
