"""Placement as commands: deviation, redirect, and what no school may do. Results of examinations are stored nowhere."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field, model_validator

from baoxue_enrollment.commands import Place, Year
from baoxue_enrollment.domain.placement import Entry, Ground, Reason
from baoxue_enrollment.domain.refused_admission import refuse_exam_results

Text = Annotated[str, Field(min_length=1, max_length=400)]


class ExamFree(Command):
    """A command that holds no examination's result."""

    @model_validator(mode="before")
    @classmethod
    def _exam_free(cls, body: Any) -> Any:  # noqa: ANN401 - whatever came
        if isinstance(body, dict):
            refuse_exam_results([str(name) for name in body])
        return body


class PlaceChildren(ExamFree):
    """Every child due of the area gets the school of its zone, or the next nearest that has places."""

    clause = "2.1"
    year: Year
    area: Place


class PlaceChild(ExamFree):
    clause = "2.1"
    child_id: UUID
    year: Year
    entry: Entry
    school_id: UUID


class DeviatePlacement(ExamFree):
    clause = "2.1"
    child_id: UUID
    year: Year
    entry: Entry
    school_id: UUID
    reason: Reason
    detail: Text
    deviated_on: date


class RedirectPlacement(ExamFree):
    clause = "2.1"
    child_id: UUID
    year: Year
    entry: Entry
    school_id: UUID
    ground: Ground
    detail: Text
    redirected_on: date


class TurnChildAway(ExamFree):
    """Does not exist: refused, and on record."""

    clause = "2.1"
    reason: Text


class ReportTurnedAway(ExamFree):
    """A school did it outside the system."""

    clause = "2.1"
    school_id: UUID
    source: Literal["complaint", "inspection", "survey"]
    proof: Text
    happened_on: date


class ReportEntryExam(ExamFree):
    """That it was held, and what proves it; never its result."""

    clause = "2.1"
    school_id: UUID
    source: Literal["complaint", "inspection", "survey"]
    proof: Text
    happened_on: date
