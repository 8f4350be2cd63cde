"""Who was responsible for a duty at the time that decides: named for the child, or for the body."""

from datetime import datetime

import msgspec

from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.facts import Facts
from baoxue_shared.duties.instance import Instance
from baoxue_shared.duties.kinds import contracts
from baoxue_shared.duties.model import EventSpec
from baoxue_shared.duties.state import DutyState
from baoxue_shared.duties.term import after, begins, ends

ASSIGNED = EventSpec("ResponsibleAssigned", ("case",), at="since")
RELEASED = EventSpec("ResponsibleReleased", ("case",), at="until")
NAMED = EventSpec("ResponsibleNamed", ("bearer",))
RELIEVED = EventSpec("ResponsibleRelieved", ("bearer",))
LEFT = EventSpec("PersonLeftBody", ("person",), at="left_on")
SPECS = (ASSIGNED, RELEASED, NAMED, RELIEVED, LEFT)
WANTED = {"body", "person"}  # of a named person, once that contract exists


class Persons:
    """For a duty about a case its responsible person, else those who were named first and directly responsible."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        contract = contracts().get(NAMED.kind)
        self._by_body = contract is not None and set(contract.model_fields) >= WANTED

    def known(self, instance: Instance) -> bool:
        """Whether anybody can be named for it."""
        return self._by_body or "case" in instance.variant.per

    def named(self, state: DutyState, instance: Instance, cut: Cut) -> DutyState:
        """The state with its persons; the time is the deadline, or the cut before it."""
        at = min(after(state.due_on), cut.at) if state.due_on else cut.at
        if "case" in instance.variant.per:
            persons = self._of_case(instance.names, at, cut)
        else:
            persons = self._of_body(state.bearer, at, cut)
        return msgspec.structs.replace(state, persons=persons) if persons else state

    def _of_case(self, names: dict[str, str], at: datetime, cut: Cut) -> tuple[str, ...]:
        found = [f for f in self._facts.find(ASSIGNED, names, cut) if begins(f, ASSIGNED) < at]
        released = [(f, ends(f, RELEASED)) for f in self._facts.find(RELEASED, names, cut)]
        over = [(f, [*_of_same(f, released), *self._left(f, cut)], begins(f, ASSIGNED)) for f in found]
        return _still(over, at)

    def _of_body(self, body: str, at: datetime, cut: Cut) -> tuple[str, ...]:
        """The latest of each rank, unless relieved or gone from this body."""
        found: dict[object, Fact] = {}
        for fact in sorted(self._facts.find(NAMED, {"bearer": body}, cut), key=lambda fact: fact.order):
            if fact.occurred_at < at:
                found[fact.data.get("rank")] = fact
        relieved = [(f, f.occurred_at) for f in self._facts.find(RELIEVED, {"bearer": body}, cut)]
        over = [(f, [*_of_same(f, relieved), *self._left(f, cut, body)], f.occurred_at) for f in found.values()]
        return _still(over, at)

    def _left(self, named: Fact, cut: Cut, body: str = "") -> list[datetime]:
        """When the person left the body; without one, any body."""
        left = self._facts.find(LEFT, {"person": str(named.data["person"])}, cut)
        return [ends(f, LEFT) for f in left if body in {"", f.data["body"]}]


def _of_same(named: Fact, ended: list[tuple[Fact, datetime]]) -> list[datetime]:
    return [end for fact, end in ended if fact.data["person"] == named.data["person"]]


def _still(named: list[tuple[Fact, list[datetime], datetime]], at: datetime) -> tuple[str, ...]:
    """Those for whom nothing ended it after it began and before the time that decides."""
    there = {str(f.data["person"]) for f, ended, since in named if not any(since <= end < at for end in ended)}
    return tuple(sorted(there))
