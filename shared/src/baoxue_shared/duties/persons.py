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
SPECS = (ASSIGNED, RELEASED, NAMED)
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
        assigned = [f for f in self._facts.find(ASSIGNED, names, cut) if begins(f, ASSIGNED) < at]
        released = self._facts.find(RELEASED, names, cut)
        return tuple(sorted({str(f.data["person"]) for f in assigned if not _over(f, released, at)}))

    def _of_body(self, body: str, at: datetime, cut: Cut) -> tuple[str, ...]:
        """The latest of each rank."""
        found: dict[object, Fact] = {}
        for fact in sorted(self._facts.find(NAMED, {"bearer": body}, cut), key=lambda fact: fact.order):
            if fact.occurred_at < at:
                found[fact.data.get("rank")] = fact
        return tuple(sorted({str(fact.data["person"]) for fact in found.values()}))


def _over(assigned: Fact, released: list[Fact], at: datetime) -> bool:
    person, since = assigned.data["person"], begins(assigned, ASSIGNED)
    return any(f.data["person"] == person and since <= ends(f, RELEASED) < at for f in released)
