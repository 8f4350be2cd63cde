"""Whether who is on the register is there, month by month and in March and September, as commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_enrollment.child_commands import Text
from baoxue_enrollment.commands import Grade, Many
from baoxue_enrollment.domain.register_check import Cause

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ImportAttendanceRoll(Command):
    clause = "2.7"
    sha256: str
    month: Month


class ListRegisterAbsentees(Command):
    """Where no roll is kept: the teachers' list of own pupils who are not there; an empty one too."""

    clause = "2.7"
    month: Month
    children: Many
    listed_on: date


class VerifyRegisterAbsence(Command):
    clause = "2.7"
    month: Month
    child_id: UUID
    cause: Cause
    detail: Text | None = None
    verified_on: date


class FindPhantomPupil(Command):
    clause = "1.2"
    found_on: date


class RecordTaughtInFact(Command):
    clause = "1.2"
    since_on: date


class CorrectPupilRecord(Command):
    """The school that teaches the pupil, or the grade; what is not named stays."""

    clause = "2.7"
    school_id: UUID | None = None
    grade: Grade | None = None
    corrected_on: date


class ClosePhantomCheck(Command):
    """Of the month in which it is closed: March, September."""

    clause = "1.2"
    closed_on: date
