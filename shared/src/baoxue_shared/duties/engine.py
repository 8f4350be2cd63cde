"""The engine: facts in, duty states as of any instant out; the same whether fed live or from scratch."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from baoxue_shared.calendar.county import CountyCalendar
from baoxue_shared.duties.bodies import Bodies
from baoxue_shared.duties.catalogue import Catalogue, Duty
from baoxue_shared.duties.deadlines import Deadlines
from baoxue_shared.duties.excusing import NextEnd, next_of, term_with_due
from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.facts import Facts
from baoxue_shared.duties.instance import Instance, with_due
from baoxue_shared.duties.judging import Judged, judge
from baoxue_shared.duties.model import EventSpec, Trigger, Variant
from baoxue_shared.duties.needed import Needed
from baoxue_shared.duties.persons import SPECS, Persons
from baoxue_shared.duties.population import Population
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.specs import all_specs
from baoxue_shared.duties.state import DutyState, Missed
from baoxue_shared.duties.term import Term, day_of


class Engine:
    """Deterministic: the facts' order of arrival and their repetition change nothing.

    What was answered is kept until a fact touches it or its day passes; deadlines wait in a queue.
    """

    def __init__(self, catalogue: Catalogue | Iterable[Duty]) -> None:
        self.catalogue = catalogue if isinstance(catalogue, Catalogue) else tuple(catalogue)
        self.bodies = Bodies()
        self.population = Population(self.catalogue, self.bodies)
        self._needed = Needed(self.catalogue, SPECS)
        self._facts = Facts([*_specs(self.catalogue), *SPECS])
        self._persons = Persons(self._facts)
        self._seen: set[str] = set()
        self._began: datetime | None = None
        self._newest: datetime | None = None
        self._asked = False  # until somebody asks, nothing is kept that a fact could touch
        self._deadlines = Deadlines(self)

    def feed(self, fact: Fact) -> None:
        """One more fact, in any order."""
        recorded_at = fact.recorded_at
        if self._began is None or recorded_at < self._began:
            self._began = recorded_at
            self.population.begin(day_of(recorded_at))
        kept = self._needed.kept(fact)
        if kept is None or kept.event_id in self._seen:
            return
        self._seen.add(kept.event_id)
        self._facts.add(kept)
        self.population.add(kept)
        if self._newest is None or recorded_at > self._newest:
            self._newest = recorded_at
        if self._asked:
            for instance in self.population.routes.touched(kept):
                instance.cached = None
                self._deadlines.touch(instance)

    def calendar_of(self, area: str) -> CountyCalendar:
        """As the area's county told it last."""
        return self.population.periods.calendar_of(area)

    def states(self, cut: Cut) -> list[DutyState]:
        """Every duty that exists as of the cut, by id and key."""
        self._look(cut)
        found = (self.judged(instance, cut) for instance in self.population.instances.values())
        return sorted((state for state in found if state), key=lambda state: (state.duty_id, state.key))

    def state(self, duty_id: str, key: str, cut: Cut) -> DutyState | None:
        """One of them."""
        self._look(cut)
        found = (i for i in self.population.instances.values() if i.duty.id == duty_id and i.key == key)
        return next((state for state in (self.judged(instance, cut) for instance in found) if state), None)

    def newly_missed(self, at: datetime) -> list[Missed]:
        """Deadlines that fell by `at` unkept, and violations, that were not told before."""
        self._look(Cut(at))
        return self._deadlines.fallen(at)

    def _look(self, cut: Cut) -> None:
        self.population.reach(day_of(cut.at).year)
        self._asked = True
        for instance in self.population.fresh:
            instance.cached = None
            self._deadlines.touch(instance)
        self.population.fresh.clear()

    def judged(self, instance: Instance, cut: Cut) -> DutyState | None:
        """Its state and who was responsible; from what was answered before, if that still holds."""
        kept = instance.cached
        if kept is None or cut.by != "recorded" or not kept.holds(cut.at):
            kept = self.judge(instance, cut)
            if kept is None:
                return None
            if cut.by == "recorded" and self._newest is not None and cut.at >= self._newest:
                instance.cached = msgspec.structs.replace(kept, since=cut.at)
        return self._persons.named(kept.state, instance, cut) if self._persons.known(instance) else kept.state

    def judge(self, instance: Instance, cut: Cut) -> Judged | None:
        """Reckoned anew; None when the duty does not exist as of the cut."""
        variant, question = self.question(instance, cut)
        return judge(instance, variant, question) if question else None

    def question(self, instance: Instance, cut: Cut) -> tuple[Variant, Question | None]:
        """The variant with its settings, and its facts in its term."""
        term = instance.began(cut)
        if term is None:
            return instance.variant, None
        variant, names = self._variant(instance, term.first), instance.names
        if variant.excuses or variant.due.rule == "field":
            asked = Question(self._facts, names, term, cut)
            term = term_with_due(variant, asked, instance.area, self._next_end(variant.trigger, instance.area))
        elif variant.due.rule not in {"none", "continuous"}:
            term = with_due(term, variant)
        return variant, Question(self._facts, names, term, cut)

    def _variant(self, instance: Instance, day: date) -> Variant:
        if not isinstance(self.catalogue, Catalogue):
            return instance.variant
        return self.catalogue.at(instance.duty, instance.area, day).variants[instance.number]

    def _next_end(self, trigger: Trigger, area: str) -> NextEnd:
        def following(term: Term) -> date | None:
            spans = self.population.periods.spans(trigger, area, self.population.years)
            return next_of([(first, last) for _, (_, first, last) in spans])(term)

        return following


def _specs(catalogue: Iterable[Duty]) -> list[EventSpec]:
    return [
        spec
        for duty in catalogue
        for variant in duty.variants
        if not variant.waiting_for
        for spec in all_specs(variant)
    ]
