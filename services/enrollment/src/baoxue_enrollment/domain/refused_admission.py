"""A school that turned a child away, or examined it for entry: attempted here and refused, or proven outside."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import InvalidInputError, RefusalError
from baoxue_shared.sealed import Sealed

Breach = Literal["turned-away", "entry-exam"]
Source = Literal["attempt", "complaint", "inspection", "survey"]
CLAUSE = "《义务教育法》第十二条，白教联字〔2018〕13号二（一）"


class ChildTurnedAwayError(RefusalError):
    """A school wanted to turn a child away; only county education redirects, with ground."""


class ExamResultError(InvalidInputError):
    """A result of an entrance examination was to be stored."""


EXAM = re.compile(
    r"exam|score|test_?result|grade_?point|考试|考核|成绩|分数|得分|笔试|面试|测试|测评|摸底", re.IGNORECASE
)


def refuse_exam_results(names: Iterable[str]) -> None:
    """ExamResultError, with the clause, for a column or field of that kind."""
    found = [name for name in names if EXAM.search(name)]
    if found:
        raise ExamResultError(fields="、".join(found), clause=CLAUSE)


class RefusedAdmission(Audited):
    """拒收: which school did it to which child, how it is known, and what proves it."""

    TOPIC = "enrollment.RefusedAdmission"

    class TurnedAway(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.RefusedAdmission.TurnedAway"
        area: str
        child_id: UUID
        school_id: UUID
        breach: Breach
        source: Source
        proof: Sealed
        happened_on: date

    @event(TurnedAway)
    def __init__(  # noqa: PLR0913, PLR0917 - an event's facts
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        breach: Breach,
        source: Source,
        proof: Sealed,
        happened_on: date,
    ) -> None:
        self.area, self.child_id, self.school_id, self.breach = area, child_id, school_id, breach
