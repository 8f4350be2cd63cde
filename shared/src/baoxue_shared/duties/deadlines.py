"""Deadlines in a queue: each is judged when it falls, at its own instant, however late the clock is looked at."""

import heapq
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Protocol

import msgspec

from baoxue_shared.clock import shanghai
from baoxue_shared.duties.fact import Cut
from baoxue_shared.duties.instance import Instance
from baoxue_shared.duties.judging import Judged
from baoxue_shared.duties.model import Cover, Never, Variant
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.specs import all_specs
from baoxue_shared.duties.state import DutyState, Missed, State
from baoxue_shared.duties.term import after

LAST = datetime.max.replace(tzinfo=UTC)
Told = tuple[str, str, date]  # duty, key, day


class Judge(Protocol):
    """What the queue asks of the engine."""

    def judged(self, instance: Instance, cut: Cut) -> DutyState | None: ...
    def judge(self, instance: Instance, cut: Cut) -> Judged | None: ...
    def question(self, instance: Instance, cut: Cut) -> tuple[Variant, Question | None]: ...


class Deadlines:
    """Only instances that a fact touched, or whose day fell, are looked at."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._queue: list[tuple[datetime, int, Instance]] = []
        self._number = count()
        self._touched: dict[int, Instance] = {}
        self._told: set[Told] = set()

    def touch(self, instance: Instance) -> None:
        self._touched[id(instance)] = instance

    def fallen(self, at: datetime) -> list[Missed]:
        """By day and duty; each once."""
        found: list[Missed] = []
        touched, self._touched = self._touched, {}
        for instance in touched.values():
            found += self._look(instance, at)
        while self._queue and self._queue[0][0] <= at:
            moment, _, instance = heapq.heappop(self._queue)
            instance.limit = None if instance.limit == moment else instance.limit
            found += self._look(instance, at)
        return sorted(found, key=lambda m: (m.due_on, m.state.duty_id, m.state.key))

    def _look(self, instance: Instance, at: datetime) -> Iterator[Missed]:
        variant, question = self._judge.question(instance, Cut(at))
        if question is None:
            self._wait_for_its_begin(instance, at)
            return
        if variant.excuses or variant.forbids or isinstance(variant.requires, Cover | Never):
            self._wait_for_records(instance, variant, question)
        if isinstance(variant.requires, Cover | Never):
            yield from self._standing(instance, at)
        else:
            if variant.forbids:
                yield from self._standing(instance, at)
            yield from self._due(instance, question.term.due_on, at)

    def _wait_for_its_begin(self, instance: Instance, at: datetime) -> None:
        begins = [shanghai(first) for _, first, _ in instance.spans or ()]
        begins += [fact.recorded_at for fact in instance.triggers]
        ahead = [moment for moment in begins if moment > at]
        if ahead:
            self._push(instance, min(ahead))

    def _wait_for_records(self, instance: Instance, variant: Variant, question: Question) -> None:
        """What is already here, but was recorded after the instant that is looked at: a clock that catches up."""
        at, whole = question.cut.at, msgspec.structs.replace(question, cut=Cut(LAST))
        specs = [spec for spec in all_specs(variant) if set(spec.keys) <= question.names.keys()]
        ahead = [f.recorded_at for spec in specs for f in whole.matching(spec) if f.recorded_at > at]
        if ahead:
            self._push(instance, min(ahead))

    def _push(self, instance: Instance, moment: datetime) -> None:
        if instance.limit != moment:
            instance.limit = moment
            heapq.heappush(self._queue, (moment, next(self._number), instance))

    def _due(self, instance: Instance, due_on: date | None, at: datetime) -> Iterator[Missed]:
        if due_on is None or instance.settled == due_on:
            return
        limit = after(due_on)
        if limit > at:
            self._push(instance, limit)
            return
        instance.settled = due_on
        state = self._judge.judged(instance, Cut(limit)) or self._judge.judged(instance, Cut(at))
        if state is not None and state.due_on is not None and after(state.due_on) > limit:
            yield from self._due(instance, state.due_on, at)
        elif state is not None and state.state is State.MISSED:
            yield from self._tell(state, due_on)

    def _standing(self, instance: Instance, at: datetime) -> Iterator[Missed]:
        judged = self._judge.judge(instance, Cut(at))
        state = self._judge.judged(instance, Cut(at))
        if judged is None or state is None:
            return
        if judged.until is not None and judged.until > at:
            self._push(instance, judged.until)
        days = [gap.due_on for gap in state.gaps]
        if state.state is State.VIOLATED and state.due_on is not None:
            days = [state.due_on]
        for day in days:
            yield from self._tell(state, day)

    def _tell(self, state: DutyState, day: date) -> Iterator[Missed]:
        told = (state.duty_id, state.key, day)
        if told not in self._told:
            self._told.add(told)
            yield Missed(state, day)
