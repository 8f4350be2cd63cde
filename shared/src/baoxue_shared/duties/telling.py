"""How an instance and its facts enter a state."""

from collections.abc import Iterable
from datetime import date

from baoxue_shared.calendar.county import Semester
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.state import DutyState, State
from baoxue_shared.duties.term import Instance, Term


def ids_of(term: Term, facts: Iterable[Fact]) -> tuple[str, ...]:
    first = (term.trigger,) if term.trigger else ()
    return tuple(dict.fromkeys(fact.event_id for fact in (*first, *facts)))


def state_of(instance: Instance, term: Term) -> DutyState:
    duty = instance.duty
    return DutyState(
        duty_id=duty.id,
        clause=duty.clause,
        bearer=instance.bearer,
        key=instance.key,
        area=instance.area,
        state=State.PENDING,
        since=term.first,
    )


def semester_of(fact: Fact) -> Semester:
    days = (date.fromisoformat(str(fact.data[name])) for name in ("opens_on", "midpoint_on", "ends_on"))
    return Semester(str(fact.data["semester"]), *days)
