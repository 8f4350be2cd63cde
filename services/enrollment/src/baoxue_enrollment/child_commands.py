"""What is recorded of one child, as commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import Field

from baoxue_enrollment.commands import Village
from baoxue_enrollment.domain.child_terms import Correction, GuardianRole, InquiryAnswer, Problem, Proof

Text = Annotated[str, Field(min_length=1, max_length=400)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
IdText = Annotated[str, Field(pattern=r"^\d{17}[\dXx]$")]


class CorrectIdentity(Command):
    """Only what is wrong is named; what is named is recorded anew."""

    clause = "1.2"
    ground: Correction
    noted_on: date
    name: Name | None = None
    sex: Annotated[str | None, Field(pattern="^[男女]$")] = None
    born_on: date | None = None
    id_number: IdText | None = None
    village: Village | None = None


class FindIdentityProblem(Command):
    """For public security: no number, a wrong one, or data that differ."""

    clause = "1.2"
    problem: Problem
    found_on: date


class ChangeGuardian(Command):
    """`deputy`: 委托照护人, mostly a grandparent; the guardian stays who it is."""

    clause = "1.3"
    role: GuardianRole
    name: Name
    phone: Text | None = None
    relation: Text | None = None
    ground: Text
    from_on: date


class SetGroup(Command):
    """`group`: a word of the dated table of special groups; `source`: who says so, by which paper."""

    clause = "2.5"
    group: Text
    source: Text
    from_on: date
    until_on: date | None = None


class ClearGroup(Command):
    clause = "2.5"
    flag_id: UUID
    ground: Text
    cleared_on: date


class MoveIn(Command):
    """To a village of this county, from another or from outside: a place in a school is due."""

    clause = "2.1"
    village: Village
    moved_on: date


class MoveAway(Command):
    """With its household register."""

    clause = "2.1"
    place: Text
    moved_on: date


class RecordLivesElsewhere(Command):
    clause = "2.1"
    place: Text
    since_on: date


class ProveLivesElsewhere(Command):
    clause = "2.1"
    proof: Proof
    detail: Text  # the school there and its paper
    proven_on: date


class EndLivesElsewhere(Command):
    clause = "2.1"
    ended_on: date


class SendInquiry(Command):
    """`to`: a county's code, or its name where it is not on the platform; then the inquiry goes on paper."""

    clause = "2.1"
    to: Annotated[str, Field(min_length=2, max_length=60)]
    on_paper: bool
    number: Text
    sent_on: date


class TakeInquiryAnswer(Command):
    clause = "2.1"
    inquiry_id: UUID
    answer: InquiryAnswer
    detail: Text
    answered_on: date


class RecordDeath(Command):
    clause = "2.1"
    died_on: date
    proof: Text


class SearchDuplicates(Command):
    """Compares all children of the actor's area; what it finds is proposed, nothing is merged."""

    clause = "2.1"


class MergeDuplicate(Command):
    clause = "2.1"
    kept: UUID
    decided_on: date


class SeparateDuplicate(Command):
    """Not the same; also takes a merger back."""

    clause = "2.1"
    ground: Text
    decided_on: date
