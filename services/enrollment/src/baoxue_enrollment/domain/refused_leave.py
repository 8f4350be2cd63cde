"""A school's attempt at what does not exist in compulsory schooling: refused, and on record."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Leave = Literal["expulsion", "withdrawal", "retention", "suspension", "transfer", "left-other-without-reason"]
LEAVES: Mapping[str, Leave] = {  # by the command that a duty forbids
    "expel_pupil": "expulsion",
    "withdraw_pupil": "withdrawal",
    "retain_pupil": "retention",
    "suspend_pupil": "suspension",
    "request_transfer": "transfer",
    "record_other_leaving": "left-other-without-reason",
}


class NoSuchChangeError(RefusalError):
    """The pupil record of compulsory schooling knows no such change."""


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
