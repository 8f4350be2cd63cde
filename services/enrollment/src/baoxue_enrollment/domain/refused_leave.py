"""A school's attempt at what does not exist in compulsory schooling: refused, and on record."""

from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Leave = Literal["expulsion", "withdrawal", "retention", "suspension", "transfer", "left-other-without-reason"]
CLAUSES: dict[Leave, str] = {
    "expulsion": "《义务教育法》第二十七条、《未成年人保护法》第二十八条",
    "withdrawal": "《义务教育法》第二条、第五条，《未成年人保护法》第二十八条",
    "retention": "义务教育学籍管理不设留级",
    "suspension": "《义务教育法》第十一条第二款：休学须因身体状况，由监护人申请并经批准",
    "transfer": "白教联字〔2018〕13号一（二）：转学须由监护人申请，不得强行或变相要求",
    "left-other-without-reason": "白教联字〔2018〕13号二（七）：其他离校须写明具体原因",
}


class ForcedLeaveError(RefusalError):
    """A school wanted a pupil to leave in a way that the law does not know."""


class RefusedLeave(Audited):
    """强迫离校: what was wanted of whom, by which school; nothing else came of it."""

    TOPIC = "enrollment.RefusedLeave"

    class Attempted(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.RefusedLeave.Attempted"
        area: str
        child_id: UUID
        school_id: UUID
        leave: Leave
        attempted_on: date

    @event(Attempted)
    def __init__(self, area: str, child_id: UUID, school_id: UUID, leave: Leave, attempted_on: date) -> None:
        self.area, self.child_id, self.school_id, self.leave = area, child_id, school_id, leave
