"""Children who need a suitable form of schooling, as commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_enrollment.child_commands import IdText
from baoxue_enrollment.commands import Grade
from baoxue_enrollment.domain.special_child import Form, SpecialGroup

Text = Annotated[str, Field(min_length=1, max_length=400)]


class FindSpecialChild(Command):
    """By the office in whose register it stands: by its id here, or by its ID number."""

    clause = "1.2"
    child_id: UUID | None = None
    id_number: IdText | None = None
    group: SpecialGroup
    found_on: date


class VerifySpecialChild(Command):
    """`in_register`: whether the child stands in the office's own register; what it knows beside that."""

    clause = "1.2"
    in_register: bool
    detail: Text
    verified_on: date


class ApplyForForm(Command):
    """By the guardian; the office takes it down."""

    clause = "CJR 20"
    form: Form
    applied_on: date


class RecommendForm(Command):
    """By the expert committee."""

    clause = "CJR 20"
    form: Form
    assessment: Text
    recommended_on: date


class DecideForm(Command):
    clause = "CJR 21"
    form: Form
    school_id: UUID  # on whose register the child is, whatever the form
    ground: Text
    decided_on: date


class EnrolSpecialChild(Command):
    """On the pupil register, at home and in custody too."""

    clause = "1.2"
    grade: Grade
    year: Annotated[int, Field(ge=2000, le=2100)]
