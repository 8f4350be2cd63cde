"""A run that compared two registers: what went in, by which rule, what came out, and who has closed it."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

Kind = Literal["household_pupil", "pupil_attendance", "dropout_poor"]
Level = Literal["county", "township"]
RULE = "2025.1"  # of the classes and how they are told apart; another rule makes another run of the same inputs


class ReconciliationOpenError(RefusalError):
    """A run was to be closed while differences are neither explained nor corrected."""


class ReconciliationClosedError(RefusalError):
    """A run was to be closed a second time for the same area."""


class Input(msgspec.Struct, frozen=True):
    """A file that went in, or (`record`) a list from the own record, whose hash stands apart: it is over random ids."""

    role: str  # household, residence_permit, pupil, attendance, poor, record
    sha256: str | None
    rows: int
    bad: int


class Reconciliation(Audited):
    """四查三比对: one run."""

    TOPIC = "enrollment.Reconciliation"

    class Made(Audited.Event, AggregateCreated):
        """`registers`: imported population registers among the inputs; `counts` by outcome."""

        TOPIC = "enrollment.Reconciliation.Made"
        area: str
        run_id: UUID
        kind: Kind
        rule: str
        year: int
        inputs: tuple[Input, ...]
        registers: tuple[UUID, ...]
        counts: dict[str, int]
        record_sha256: str | None

    @event(Made)
    def __init__(
        self,
        id: UUID,
        area: str,
        run_id: UUID,
        kind: Kind,
        rule: str,
        year: int,
        inputs: tuple[Input, ...],
        registers: tuple[UUID, ...],
        counts: dict[str, int],
        record_sha256: str | None,
    ) -> None:
        self.area, self.kind, self.registers, self.counts = area, kind, registers, counts


class ReconciliationClosing(Audited):
    """比对办结: that nothing of a run is open in an area, told for each register that went in."""

    TOPIC = "enrollment.ReconciliationClosing"

    class Closed(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.ReconciliationClosing.Closed"
        area: str
        run_id: UUID
        register_id: UUID
        level: Level
        closed_on: date

    @event(Closed)
    def __init__(self, id: UUID, area: str, run_id: UUID, register_id: UUID, level: Level, closed_on: date) -> None:
        self.area = area
