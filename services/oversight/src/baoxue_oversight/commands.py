"""What may be asked of the oversight service."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_oversight.domain.bulletin import Level
from baoxue_oversight.domain.finding import Decision


class IssueBulletin(Command):
    """The figures are the service's own, as of the period's end."""

    clause: ClassVar[str | None] = "3.1"
    level: Level
    body: Annotated[str, Field(max_length=40)]  # a division code, or a central school's id
    period: Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])|-(autumn|spring)(-[12])?)?$")]


class RaiseFinding(Command):
    """Only the deadline clock sends it."""

    clause: ClassVar[str | None] = "3.1"
    area: str
    duty_id: str
    duty_clause: str
    bearer: str
    concerns: str
    due_on: date
    rests_on: tuple[str, ...]
    missing: tuple[str, ...]
    raised_on: date
    school_id: UUID | None = None
    persons: tuple[str, ...] = ()


class AnswerFinding(Command):
    clause: ClassVar[str | None] = "3.1"
    text: Annotated[str, Field(min_length=1, max_length=2000)]  # free text counts as personal: sealed
    answered_on: date


class DecideFinding(Command):
    clause: ClassVar[str | None] = "3.3"
    decision: Decision
    decided_on: date
