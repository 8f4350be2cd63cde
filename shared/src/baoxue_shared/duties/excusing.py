"""What moves the day by which a duty is due, or takes the blame away."""

from collections.abc import Callable
from datetime import date

import msgspec

from baoxue_shared.calendar.workdays import UnknownCalendarYearError
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.model import Excuse, Variant
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.term import Term, counted, day_of, due_day

NextEnd = Callable[[Term], date | None]  # the last day of the period after this one


def term_with_due(variant: Variant, question: Question, area: str, next_end: NextEnd) -> Term:
    """The term with its day: by the calendar, by an event's field, and moved by what excuses."""
    term = question.term
    try:
        due_on = _due(variant, question)
        if due_on is not None:
            term = msgspec.structs.replace(term, due_on=due_on)
        for excuse in variant.excuses:
            for fact in question.matching(excuse.spec):
                near = fact.area.startswith(area) or area.startswith(fact.area)
                if near and _in_time(fact, term):
                    term = _excused(term, excuse, fact, (variant, question), next_end)
    except UnknownCalendarYearError as error:
        return msgspec.structs.replace(term, due_on=None, unknown_year=error.year)
    return term


def _due(variant: Variant, question: Question) -> date | None:
    due, term = variant.due, question.term
    if due.rule != "field":
        return due_day(due, term.first, term.base)
    told = [fact for spec in due.specs for fact in question.matching(spec)] if due.specs else list(term.triggers)
    told.sort(key=lambda fact: fact.order)
    days = [str(fact.data[due.field]) for fact in told if fact.data.get(due.field)]
    return date.fromisoformat(days[-1][:10]) if days else None


def _excused(term: Term, excuse: Excuse, fact: Fact, case: tuple[Variant, Question], next_end: NextEnd) -> Term:
    by = (*term.excused_by, fact)
    if excuse.effect == "extend_to_next_period":
        return msgspec.structs.replace(term, due_on=next_end(term), excused_by=by)
    if excuse.effect == "stop_clock":
        return _stopped(term, fact, excuse, *case)
    until = date.fromisoformat(str(fact.data[excuse.until])[:10]) if excuse.until else date.max
    due_on = max(term.due_on, until) if term.due_on and excuse.until else term.due_on
    return msgspec.structs.replace(term, due_on=due_on, excused_by=by, excused_until=until)


def _in_time(fact: Fact, term: Term) -> bool:
    """It has to happen before the day is over."""
    day = day_of(fact.occurred_at)
    return term.first <= day and (term.due_on is None or day <= term.due_on)


def _stopped(term: Term, stop: Fact, excuse: Excuse, variant: Variant, question: Question) -> Term:
    """The days between the stop and its end do not count; while it stands, no day is due."""
    ended = question.matching(excuse.ends, stop.occurred_at) if excuse.ends else []
    by = (*term.excused_by, stop, *ended[:1])
    if not ended or term.due_on is None:
        return msgspec.structs.replace(term, due_on=None, excused_by=by)
    stood = day_of(ended[0].occurred_at) - day_of(stop.occurred_at)
    if variant.due.unit == "workday":
        left = _workdays(day_of(stop.occurred_at), term.due_on)
        due_on = counted(day_of(ended[0].occurred_at), left, "workday")
    else:
        due_on = term.due_on + stood
    return msgspec.structs.replace(term, due_on=due_on, excused_by=by)


def _workdays(first: date, last: date) -> int:
    """Workdays after the first day, up to the last one."""
    days = 0
    while counted(first, days + 1, "workday") <= last:
        days += 1
    return days


def next_of(days: list[tuple[date, date]]) -> NextEnd:
    """From the spans of a kind of period, in any order."""

    def following(term: Term) -> date | None:
        return min(((first, last) for first, last in days if first > term.base), default=(None, None))[1]

    return following


__all__ = ["NextEnd", "next_of", "term_with_due"]
