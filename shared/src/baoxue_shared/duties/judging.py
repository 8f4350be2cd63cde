"""The state of one instance as of an instant."""

from datetime import date, datetime

import msgspec

from baoxue_shared.duties.answering import answer
from baoxue_shared.duties.cover import INSTANT, Covered
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.instance import Instance
from baoxue_shared.duties.model import Cover, Never, Variant
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.state import DutyState, State
from baoxue_shared.duties.term import Term, after, day_of, recorded_late

LATE_AFTER = 3  # workdays between happening and recording; our default


class Judged(msgspec.Struct, frozen=True):
    """A state, and from when until when it holds if nothing more is heard."""

    state: DutyState
    until: datetime | None
    since: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


def judge(instance: Instance, variant: Variant, question: Question) -> Judged:
    """`variant`: with the settings in force; `question`: its facts, in its term."""
    if isinstance(variant.requires, Cover):
        judged = _covered(instance, variant, variant.requires, question)
    elif isinstance(variant.requires, Never):
        judged = _never(instance, variant.requires, question)
    else:
        judged = _required(instance, variant, question)
    if variant.forbids is None:
        return judged
    broken = [
        fact
        for fact in question.matching(variant.forbids.spec)
        if any(fact.data.get(field) for field in variant.forbids.when_any)
    ]
    return Judged(_violated(instance, question, broken), None) if broken else judged


def _required(instance: Instance, variant: Variant, question: Question) -> Judged:
    term, at = question.term, question.cut.at
    given = answer(variant.requires, question)
    void = _void(variant, question) if variant.void_by else ()
    extra = tuple(fact for spec in variant.encouraged for fact in question.matching(spec)) if variant.encouraged else ()
    limit = after(term.due_on) if term.due_on else None
    done_in_time = given.done_at is not None and (limit is None or given.done_at < limit)
    until = _until(term)
    excused = given.excused or term.excused_until == date.max or (until is not None and at < until)
    if void:
        state = State.VOID
    elif given.done_at is not None:
        state = State.MET if done_in_time else State.MET_LATE
    elif excused:
        state = State.EXCUSED
    elif limit is None or at < limit or instance.duty.force == "encouraged":
        state = State.PENDING
    else:
        state = State.MISSED
    rests = (*given.rests_on, *term.excused_by, *void, *extra)
    missing = given.missing
    if term.unknown_year and state is State.PENDING:
        missing = (*missing, f"workdays of {term.unknown_year} are not known")
    told = msgspec.structs.replace(
        _plain(instance, question, rests),
        state=state,
        due_on=term.due_on,
        done_at=given.done_at,
        done=given.done,
        total=given.total,
        missing=missing,
        excess=given.excess,
    )
    ahead = [moment for moment in (limit, until) if moment is not None and moment > at]
    return Judged(told, min(ahead, default=None))


def _until(term: Term) -> datetime | None:
    return after(term.excused_until) if term.excused_until and term.excused_until != date.max else None


def _covered(instance: Instance, variant: Variant, cover: Cover, question: Question) -> Judged:
    covered = Covered(cover, question)
    void = _void(variant, question)
    gaps = covered.gaps
    told = msgspec.structs.replace(
        _plain(instance, question, (*covered.facts, *void)),
        state=State.VOID if void else covered.state(),
        due_on=gaps[-1].due_on if gaps else day_of(covered.limit - INSTANT),
        done=int(covered.assigned),
        missing=() if covered.assigned else question.missing(cover.opens[0]),
        gaps=() if void else gaps,
    )
    return Judged(told, covered.next_change)


def _never(instance: Instance, never: Never, question: Question) -> Judged:
    broken = [fact for spec in never.specs for fact in question.matching(spec)]
    if broken:
        return Judged(_violated(instance, question, broken), None)
    return Judged(msgspec.structs.replace(_plain(instance, question, ()), total=0), None)


def _violated(instance: Instance, question: Question, broken: list[Fact]) -> DutyState:
    broken.sort(key=lambda fact: fact.order)
    return msgspec.structs.replace(
        _plain(instance, question, tuple(broken)),
        state=State.VIOLATED,
        due_on=day_of(broken[0].occurred_at),
        total=0,
    )


def _child(question: Question) -> str:
    told = [fact.data.get("child_id") for fact in question.term.triggers]
    return question.names.get("child") or next((str(child) for child in told if child), "")


def _void(variant: Variant, question: Question) -> tuple[Fact, ...]:
    return tuple(fact for spec in variant.void_by for fact in question.matching(spec)[:1])


def _plain(instance: Instance, question: Question, rests: tuple[Fact, ...]) -> DutyState:
    duty = instance.duty
    facts = (*question.term.triggers, *rests)
    return DutyState(
        duty_id=duty.id,
        clause=duty.clause,
        bearer=instance.bearer,
        key=instance.key,
        area=instance.area,
        state=State.PENDING,
        since=question.term.first,
        recorded_late=any(recorded_late(fact, LATE_AFTER) for fact in rests),
        rests_on=tuple(dict.fromkeys(fact.event_id for fact in facts)),
        body=instance.variant.body,
        child=_child(question),
    )
