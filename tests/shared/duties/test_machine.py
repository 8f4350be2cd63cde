"""An engine kept up live and one fed from scratch agree, on random histories of all rows.

Services' facts arrive in random order between services, again and again, late and back-dated.
"""

from datetime import date, timedelta

import msgspec
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, Engine, State, load_catalogue
from baoxue_shared.duties.model import Cover, Never
from baoxue_shared.duties.persons import SPECS as PERSONS
from baoxue_shared.duties.reach import reachable
from baoxue_shared.duties.specs import all_specs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.shared.duties.enacting import STARTED, Play, event, world

CATALOGUE = load_catalogue(planned_too=True)
BEGINS, SERVICES = date(2025, 1, 1), 3


def acts(duty, number):
    """What may happen to one variant: its start, what fulfils, excuses, voids or breaks it."""
    play = Play(duty, number)
    variant, names = play.variant, play.names if play.begun else {}
    facts = play.facts[len(world()) :]
    if isinstance(variant.requires, Cover):
        cover = variant.requires
        person = {cover.by: "p"} if cover.by else {}
        facts += [event(s, names, STARTED, **person) for s in (*cover.opens, *cover.closes, *cover.until)]
    elif isinstance(variant.requires, Never):
        facts += [event(spec, {"area": "220822100"}, STARTED) for spec in variant.requires.specs]
    else:
        facts += play.fulfilled(max(play.begun.since, BEGINS))
    for excuse in variant.excuses:
        facts.append(event(excuse.spec, names, STARTED, **({excuse.until: "2025-12-01"} if excuse.until else {})))
    facts += [event(spec, names, STARTED) for spec in variant.void_by]
    facts += [event(spec, names, STARTED, **{variant.due.field: "2025-11-01"}) for spec in variant.due.specs]
    if variant.forbids:
        facts.append(event(variant.forbids.spec, names, STARTED, **dict.fromkeys(variant.forbids.when_any, True)))
    return facts


def whole(fact):
    """As its contract would be: with every day that some duty reads of it."""
    days = {name: STARTED.isoformat() for kind, name in DAYS if kind == fact.kind}
    return msgspec.structs.replace(fact, data=days | fact.data)


VARIANTS = [(duty, n) for duty in CATALOGUE for n in range(len(duty.variants))]
STARTS = [duty.variants[n].trigger.event for duty, n in VARIANTS if duty.variants[n].trigger.event]
SPECS = [*STARTS, *PERSONS, *(spec for duty, n in VARIANTS for spec in all_specs(duty.variants[n]))]
DAYS = {(spec.kind, spec.at) for spec in SPECS if spec.at}
POOL = [whole(fact) for duty, n in VARIANTS for fact in acts(duty, n)]


DECLARED = {(duty.id, state) for duty in CATALOGUE for state in reachable(duty)}


class Histories(RuleBasedStateMachine):
    """The clock is the recorder's; what happened may be told up to 40 days late."""

    def __init__(self):
        super().__init__()
        self.live, self.heard, self.number = Engine(CATALOGUE), [], 0
        self.waiting = [[] for _ in range(SERVICES)]
        self.now, self.told = shanghai(BEGINS), []

    @initialize()
    def found_a_county(self):
        for fact in world():
            self.live.feed(fact)
            self.heard.append(fact)

    @rule(fact=st.sampled_from(POOL), late=st.integers(0, 40), shift=st.integers(-60, 60), service=st.integers(0, 2))
    def record(self, fact, late, shift, service):
        self.number += 1
        happened = max(fact.occurred_at + timedelta(days=shift), shanghai(BEGINS))
        self.now = max(self.now, happened + timedelta(days=late))
        known = {"event_id": f"m:1:{self.number}", "recorded_at": self.now, "occurred_at": happened}
        self.waiting[service].append(msgspec.structs.replace(fact, **known))

    @rule(service=st.integers(0, 2), number=st.integers(1, 5))
    def arrive(self, service, number):
        """Some of one service's facts, in its order."""
        coming, self.waiting[service] = self.waiting[service][:number], self.waiting[service][number:]
        for fact in coming:
            self.live.feed(fact)
            self.heard.append(fact)

    @rule(data=st.data())
    def arrive_again(self, data):
        if self.heard:
            self.live.feed(data.draw(st.sampled_from(self.heard)))

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 3, 24 * 30, 24 * 120]))
    def pass_time(self, hours):
        self.now += timedelta(hours=hours)
        self.told += self.live.newly_missed(self.now)

    @rule(days=st.integers(0, 400), by=st.sampled_from(["recorded", "occurred"]))
    def ask(self, days, by):
        """As of now, and as of an instant of the past."""
        for at in (self.now, max(self.now - timedelta(days=days), shanghai(BEGINS))):
            cut = Cut(at, by)
            found = self.live.states(cut)
            assert found == self.scratch().states(cut)
            assert {(s.duty_id, s.state) for s in found} <= DECLARED

    def scratch(self):
        made = Engine(CATALOGUE)
        for fact in sorted(self.heard, key=lambda fact: fact.event_id):
            made.feed(fact)
        return made

    @invariant()
    def each_deadline_was_told_once(self):
        deadlines = [(m.state.duty_id, m.state.key, m.due_on) for m in self.told]
        assert len(deadlines) == len(set(deadlines))
        assert all(m.state.state in {State.MISSED, State.MET_LATE, State.VIOLATED} for m in self.told)

    def teardown(self):
        for service in range(SERVICES):
            self.arrive(service, len(self.waiting[service]))
        self.ask(30, "recorded")


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
