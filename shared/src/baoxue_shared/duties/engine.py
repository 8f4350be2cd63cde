"""The engine: facts in, duty states as of any instant out; the same whether fed live or from scratch."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from baoxue_shared.calendar.county import CountyCalendar
from baoxue_shared.duties.bodies import Bodies, Body
from baoxue_shared.duties.catalogue import Duty, known_by
from baoxue_shared.duties.cover import INSTANT, Covered
from baoxue_shared.duties.fact import Cut, Fact
from baoxue_shared.duties.facts import Facts
from baoxue_shared.duties.model import Cover, Trigger, Variant
from baoxue_shared.duties.requirement import Question, answer
from baoxue_shared.duties.state import DutyState, Missed, State
from baoxue_shared.duties.telling import ids_of, semester_of, state_of
from baoxue_shared.duties.term import Instance, Term, after, day_of

LATE_AFTER = 3  # workdays between happening and recording; our default


class Engine:
    """Deterministic: the facts' order of arrival and their repetition change nothing."""

    def __init__(self, catalogue: Iterable[Duty]) -> None:
        self.catalogue = tuple(catalogue)
        self.calendar = CountyCalendar()
        self.bodies = Bodies()
        self._facts = Facts(self.catalogue)
        self._seen: set[str] = set()
        self._began: datetime | None = None
        self._triggers: dict[str, list[Fact]] = {
            v.trigger.event.kind: [] for d in self.catalogue for v in d.variants if v.trigger.event
        }
        self._instances: dict[str, Instance] = {}
        self._made_for: tuple[int, int] | None = None
        self._version = 0
        self._told: set[tuple[str, date]] = set()
        self._settled: set[str] = set()

    def feed(self, fact: Fact) -> None:
        """One more fact, in any order."""
        if fact.event_id in self._seen:
            return
        self._seen.add(fact.event_id)
        if self._began is None or day_of(fact.recorded_at) < day_of(self._began):
            self._began = fact.recorded_at
            self._version += 1
        self._facts.add(fact)
        if self.bodies.add(fact):
            self._version += 1
        if fact.kind == "SemesterOpened" and self.calendar.open(semester_of(fact)):
            self._version += 1
        if fact.kind in self._triggers:
            self._triggers[fact.kind].append(fact)
            self._version += 1

    def states(self, cut: Cut) -> list[DutyState]:
        """Every duty that exists as of the cut, by id and key."""
        found = (self._state(instance, cut) for instance in self._all(cut.at).values())
        return sorted((state for state in found if state), key=lambda state: (state.duty_id, state.key))

    def state(self, duty_id: str, key: str, cut: Cut) -> DutyState | None:
        instance = self._all(cut.at).get(f"{duty_id}/{key}")
        return self._state(instance, cut) if instance else None

    def newly_missed(self, at: datetime) -> list[Missed]:
        """Deadlines that fell by `at` unkept and were not told before; kept ones are not looked at again."""
        return [missed for name, instance in self._all(at).items() for missed in self._fallen(name, instance, Cut(at))]

    def _fallen(self, name: str, instance: Instance, cut: Cut) -> Iterator[Missed]:
        if name in self._settled:
            return
        term = instance.term(cut, self.calendar)
        if term is None or (term.due_on is not None and after(term.due_on) > cut.at):
            return
        state = self._evaluate(instance, term, cut)
        if term.due_on is not None or state.state is State.VOID:
            self._settled.add(name)
        days = [gap.due_on for gap in state.gaps] or [term.due_on or term.base]
        for day in days:
            if (state.gaps or state.state is State.MISSED) and (name, day) not in self._told:
                self._told.add((name, day))
                yield Missed(state, day)

    def _state(self, instance: Instance, cut: Cut) -> DutyState | None:
        term = instance.term(cut, self.calendar)
        return self._evaluate(instance, term, cut) if term else None

    def _evaluate(self, instance: Instance, term: Term, cut: Cut) -> DutyState:
        question = Question(self._facts, instance.names, term, cut)
        if isinstance(instance.duty.requires, Cover):
            return self._covered(instance, instance.duty.requires, question)
        given = answer(instance.duty.requires, question)
        void = self._void(instance, question)
        limit = after(term.due_on) if term.due_on else cut.at
        if void:
            state = State.VOID
        elif given.done_at is not None:
            state = State.MET if given.done_at < limit else State.MET_LATE
        else:
            state = State.PENDING if cut.at < limit else State.MISSED
        rests = (*given.rests_on, *void)
        return msgspec.structs.replace(
            state_of(instance, term),
            state=state,
            due_on=term.due_on,
            done_at=given.done_at,
            recorded_late=any(map(self._late, rests)),
            done=given.done,
            total=given.total,
            rests_on=ids_of(term, rests),
            missing=given.missing,
        )

    def _covered(self, instance: Instance, cover: Cover, question: Question) -> DutyState:
        covered = Covered(cover, question)
        void = self._void(instance, question)
        rests = (*covered.facts, *void)
        gaps = covered.gaps
        return msgspec.structs.replace(
            state_of(instance, question.term),
            state=State.VOID if void else covered.state(),
            due_on=gaps[-1].due_on if gaps else day_of(covered.limit - INSTANT),
            recorded_late=any(map(self._late, rests)),
            done=int(covered.assigned),
            rests_on=ids_of(question.term, rests),
            missing=() if covered.assigned else (f"{cover.opens[0].kind} case={instance.names.get('case', '')}",),
            gaps=() if void else gaps,
        )

    def _void(self, instance: Instance, question: Question) -> tuple[Fact, ...]:
        return tuple(fact for spec in instance.duty.void_by for fact in question.matching(spec, None)[:1])

    def _late(self, fact: Fact) -> bool:
        happened = day_of(fact.occurred_at)
        if (day_of(fact.recorded_at) - happened).days <= LATE_AFTER:
            return False
        return fact.recorded_at >= after(self.calendar.add_days(happened, LATE_AFTER, "workday"))

    def _all(self, at: datetime) -> dict[str, Instance]:
        """Every instance that can exist until the year of `at`; made anew only when a body or a trigger came."""
        made_for = (self._version, day_of(at).year)
        if made_for != self._made_for and self._began is not None:
            self._instances = {}
            for duty in self.catalogue:
                for variant in duty.variants:
                    for instance in self._expanded(duty, variant, day_of(self._began), made_for[1]):
                        self._keep(instance)
            self._made_for = made_for
        return self._instances

    def _keep(self, instance: Instance) -> None:
        kept = self._instances.setdefault(f"{instance.duty.id}/{instance.key}", instance)
        if kept is not instance:
            kept.triggers.extend(instance.triggers)

    def _expanded(self, duty: Duty, variant: Variant, began: date, year: int) -> Iterator[Instance]:
        if variant.trigger.event is not None:
            yield from self._by_event(duty, variant)
            return
        for names, span in self._spans(variant.trigger, began, year):
            for body in self.bodies.of(variant.body):
                bearing = {name: names.get(name, body.code) for name in duty.per}
                instance = Instance(duty, variant, bearing, body.code, body.area)
                instance.body, instance.span = body, span
                yield instance

    def _spans(self, trigger: Trigger, began: date, year: int) -> list[tuple[dict[str, str], tuple[date, date]]]:
        """Terms that begin on or after the first day of the record: earlier ones are not judged."""
        if trigger.window:
            first, last = trigger.window
            spans = [(y, date.fromisoformat(f"{y}-{first}")) for y in range(began.year, year + 1)]
            return [({"year": str(y)}, (day, date.fromisoformat(f"{y}-{last}"))) for y, day in spans if day >= began]
        periods = self.calendar.periods(str(trigger.period), began, date(year, 12, 31))
        return [({"period": period.key}, (period.first, period.last)) for period in periods]

    def _by_event(self, duty: Duty, variant: Variant) -> Iterator[Instance]:
        event = variant.trigger.event
        assert event is not None  # noqa: S101 - for the type checker
        told = [name for name in duty.per if known_by(name, variant)]
        for fact in self._triggers[event.kind]:
            names = {name: fact.value(name) for name in told}
            if len(told) == len(duty.per):
                bearer = fact.value("school") if "school_id" in fact.data else fact.area
                instance = Instance(duty, variant, names, bearer, fact.area)
                instance.triggers.append(fact)
                yield instance
                continue
            for body in self._within(variant.body, fact.area):
                bearing = {name: names.get(name, body.code) for name in duty.per}
                instance = Instance(duty, variant, bearing, body.code, body.area)
                instance.body = body
                instance.triggers.append(fact)
                yield instance

    def _within(self, kind: str, area: str) -> list[Body]:
        return [body for body in self.bodies.of(kind) if body.area.startswith(area)]
