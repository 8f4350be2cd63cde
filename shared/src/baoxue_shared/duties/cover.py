"""Cover without a gap: somebody responsible, or something recent enough, at every instant."""

from datetime import datetime, timedelta

from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.model import Cover, EventSpec
from baoxue_shared.duties.question import Question
from baoxue_shared.duties.state import Gap, State
from baoxue_shared.duties.term import after, begins, day_of, ends

Span = tuple[datetime, datetime | None]
Timed = list[tuple[datetime, Fact, EventSpec]]
INSTANT = timedelta(microseconds=1)


class Covered:
    """The gaps of one cover as of a cut, and the state they make."""

    def __init__(self, cover: Cover, question: Question) -> None:
        opens = _timed(cover.opens, question)
        closes = _timed(cover.closes, question)
        until = _timed(cover.until, question)
        self.facts = tuple(fact for _, fact, _ in (*opens, *closes, *until))
        self.limit = after(question.term.base + timedelta(days=cover.first_days))
        self.at = question.cut.at
        self._closing = min((ends(fact, spec) for _, fact, spec in until), default=None)
        self.closed_at = self._closing if self._closing is not None and self._closing <= self.at else None
        spans = [_lasting(fact, spec, cover.lasts) for _, fact, spec in opens] if cover.lasts else []
        spans = spans or _spans(opens, closes, cover.by)
        self._spans = [span for span in spans if self._open_at(span[0])]
        self.gaps = tuple(self._gaps())

    @property
    def assigned(self) -> bool:
        return bool(self._spans)

    @property
    def next_change(self) -> datetime | None:
        """When, without a new fact, the answer may change."""
        moments = (self.limit, self._closing, *(end for _, end in self._spans))
        return min((moment for moment in moments if moment is not None and moment > self.at), default=None)

    def state(self) -> State:
        if not self.assigned and not self.gaps:
            return State.VOID if self.closed_at else State.PENDING
        if not self.gaps:
            return State.MET
        last = self.gaps[-1]
        return State.MISSED if last.end in {None, self.closed_at} else State.MET_LATE

    def _gaps(self) -> list[Gap]:
        found: list[Gap] = []
        reached = None  # covered up to here
        for start, end in sorted(self._spans, key=lambda span: span[0]):
            free = self.limit if reached is None else reached
            if start > free:
                found.append(self._gap(free, start))
            reached = max(reached or start, end or self.at + INSTANT)
        free = self.limit if reached is None else reached
        if self._open_at(free):
            found.append(self._gap(free, self.closed_at))
        return found

    def _open_at(self, instant: datetime) -> bool:
        """Whether somebody had to be there: up to the cut, and before what ended it."""
        return instant <= self.at if self.closed_at is None else instant < self.closed_at

    @staticmethod
    def _gap(start: datetime, end: datetime | None) -> Gap:
        return Gap(start, end, day_of(start - INSTANT))


def _timed(specs: tuple[EventSpec, ...], question: Question) -> Timed:
    found = [(begins(fact, spec), fact, spec) for spec in specs for fact in question.matching(spec)]
    return sorted(found, key=lambda item: (item[0], item[1].order))


def _lasting(fact: Fact, spec: EventSpec, days: int) -> Span:
    """From its instant to the end of its last day."""
    start = begins(fact, spec)
    return start, after(day_of(start) + timedelta(days=days))


def _spans(opens: Timed, closes: Timed, by: str | None) -> list[Span]:
    """Each opening lasts until the same person's next closing that is not before it."""
    return [
        (
            start,
            min(
                (
                    ends(end, spec)
                    for _, end, spec in closes
                    if by is not None and end.data[by] == fact.data[by] and ends(end, spec) >= start
                ),
                default=None,
            ),
        )
        for start, fact, _ in opens
    ]
