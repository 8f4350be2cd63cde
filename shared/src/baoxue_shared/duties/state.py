"""What the engine answers."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class State(StrEnum):
    """履责状态."""

    PENDING = "pending"
    MET = "met"
    MET_LATE = "met_late"
    MISSED = "missed"
    EXCUSED = "excused"
    VOID = "void"
    VIOLATED = "violated"


class Gap(msgspec.Struct, frozen=True):
    """A time without cover; `end` is None while it runs."""

    start: datetime
    end: datetime | None
    due_on: date  # the last day on which cover was in time


class DutyState(msgspec.Struct, frozen=True):
    """职责 of one bearer: its state as of an instant, and the events it rests on."""

    duty_id: str
    clause: str
    bearer: str
    key: str  # "school=…/semester=2025-autumn"
    area: str
    state: State
    since: date
    due_on: date | None = None
    done_at: datetime | None = None
    recorded_late: bool = False
    done: int = 0
    total: int = 1
    rests_on: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    body: str = ""  # what kind of body bears it
    child: str = ""  # the child that it is about
    persons: tuple[str, ...] = ()  # responsible for it at the time that decides
    excess: int = 0  # more than expected: noted, never a fault


class Missed(msgspec.Struct, frozen=True):
    """A deadline that fell and was not kept, or a prohibition that was violated; each is told once."""

    state: DutyState
    due_on: date
