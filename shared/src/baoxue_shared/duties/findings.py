"""The policy of findings: which missed or violated duty raises one, against which body and person."""

from collections.abc import Mapping
from functools import cache

import msgspec

from baoxue_shared.duties.bodies import CODE_LENGTH
from baoxue_shared.duties.kinds import data
from baoxue_shared.duties.lined import Lined, read_rows
from baoxue_shared.duties.model import Duty
from baoxue_shared.duties.state import DutyState, State

FIELDS = frozenset({"duties", "force", "consequence", "states", "raise", "why", "against", "person"})


class Against(msgspec.Struct, frozen=True):
    """Whom a finding names: a body, and the persons responsible at the time (none where nobody was named)."""

    body: str
    persons: tuple[str, ...]


class Rule(msgspec.Struct, frozen=True):
    """One line of the policy; what it does not name holds for all."""

    duties: tuple[str, ...]
    force: tuple[str, ...]
    consequence: tuple[str, ...]
    states: tuple[str, ...]
    raises: bool
    against: str
    person: str
    why: Mapping[str, str]

    def holds(self, duty: Duty, state: State) -> bool:
        return (
            (not self.duties or duty.id.startswith(self.duties))
            and (not self.force or duty.force in self.force)
            and (not self.consequence or bool(set(self.consequence) & set(duty.consequence)))
            and (not self.states or state.value in self.states)
        )


def read_policy(text: str) -> tuple[Rule, ...]:
    """CatalogueError names the line of a rule that cannot be."""
    return tuple(map(_rule, read_rows(text)))


def _rule(row: Lined) -> Rule:
    row.only(FIELDS)
    for state in row.get("states", ()):
        if state not in {State.MISSED.value, State.VIOLATED.value}:
            raise row.fail(f"a finding is raised on missed or violated, not on {state!r}", "states")
    against, person = row.get("against", "bearer"), row.get("person", "responsible")
    if against != "bearer" and against not in CODE_LENGTH:
        raise row.fail(f"unknown body {against!r}; there are bearer, {', '.join(CODE_LENGTH)}", "against")
    if person not in {"responsible", "none"}:
        raise row.fail(f"unknown person {person!r}; there are responsible, none", "person")
    duties, force, consequence, states = (tuple(row.get(n, ())) for n in ("duties", "force", "consequence", "states"))
    raises, why = bool(row.need("raise")), row.get("why", {})
    return Rule(duties, force, consequence, states, raises, against, person, why)


@cache
def policy() -> tuple[Rule, ...]:
    """The product's own."""
    return read_policy(data("findings.yaml"))


def rule_for(duty: Duty, state: State, rules: tuple[Rule, ...] | None = None) -> Rule | None:
    """The first rule that holds."""
    return next((rule for rule in rules or policy() if rule.holds(duty, state)), None)


def finding_against(duty: Duty, state: DutyState, rules: tuple[Rule, ...] | None = None) -> Against | None:
    """Whom the finding on a missed or violated duty names; None if it raises none."""
    rule = rule_for(duty, state.state if state.state is State.VIOLATED else State.MISSED, rules)
    if rule is None or not rule.raises:
        return None
    body = state.bearer if rule.against == "bearer" else state.area[: CODE_LENGTH[rule.against]]
    return Against(body, state.persons if rule.person == "responsible" else ())
