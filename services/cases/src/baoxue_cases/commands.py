"""What may be asked of the cases service."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["returned", "refused", "unreachable"]
Closing = Literal["returned", "enrolled_elsewhere", "lawful_ground", "opened_in_error", "completed"]
Source = Literal["check_in_missed", "roll_call", "register_check", "reconciliation", "attendance", "public_report"]
Addressee = Literal["county_education", "township_of_residence"]
Cause = Literal[
    "weary_of_school",
    "learning_difficulty",
    "poverty",
    "child_labour",
    "distance",
    "left_behind",
    "disability",
    "family_change",
    "early_marriage",
    "parent_in_prison",
    "juvenile_offence",
    "moved_out_of_contact",
    "bullying",
    "other",
]


class OpenCase(Command):
    clause: ClassVar[str | None] = "1.3"
    child_id: UUID
    school_id: UUID
    area: str = Field(pattern=r"^\d{9}(\d{3})?$")  # the village of residence; the township where no village is known
    source: Source
    opened_on: date


class AssignResponsible(Command):
    clause: ClassVar[str | None] = "3.2"
    person: str = Field(min_length=1, max_length=80)  # an opaque subject
    since: date


class RecordContact(Command):
    clause: ClassVar[str | None] = "1.3"
    reached: bool
    attempted_on: date


class RecordVisit(Command):
    clause: ClassVar[str | None] = "1.3"
    visited_on: date
    found: str = Field(max_length=2000)  # free text counts as personal: sealed


class VerifyCause(Command):
    clause: ClassVar[str | None] = "1.3"
    cause: Cause


class ConcludePersuasion(Command):
    clause: ClassVar[str | None] = "1.3"
    outcome: Outcome
    concluded_on: date


class DeliverReport(Command):
    clause: ClassVar[str | None] = "1.3"
    report_number: str = Field(min_length=1, max_length=40)
    to: Addressee
    delivered_on: date


class RecordReturn(Command):
    clause: ClassVar[str | None] = "1.3"
    returned_on: date


class ReleaseResponsible(Command):
    clause: ClassVar[str | None] = "3.2"
    until: date


class CloseCase(Command):
    clause: ClassVar[str | None] = "1.3"
    outcome: Closing
    closed_on: date


class EnterSchool(Command):
    """Told by enrollment."""

    county: str
    school_id: UUID
    township: str


class EnterSemester(Command):
    """Told by enrollment."""

    county: str
    semester: str
    opens_on: date


class Absentee(BaseModel):
    """A child that did not check in, and its village of residence."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    child_id: UUID
    area: str = Field(pattern=r"^\d{12}$")


class ListAbsentees(Command):
    """An empty list too."""

    clause: ClassVar[str | None] = "1.3"
    children: Annotated[tuple[Absentee, ...], Field(max_length=5000)]
    listed_on: date


class VerifyAbsence(Command):
    clause: ClassVar[str | None] = "1.3"
    child_id: UUID
    cause: Cause
    verified_on: date


class CloseRollCall(Command):
    clause: ClassVar[str | None] = "1.3"
    closed_on: date
