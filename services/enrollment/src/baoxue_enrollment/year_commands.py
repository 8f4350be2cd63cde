"""The year's work of government, townships and police, as commands."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import BaseModel, ConfigDict, Field

from baoxue_enrollment.commands import Grade, Township, Village, Year
from baoxue_enrollment.domain.publicity_month import Channel
from baoxue_enrollment.domain.year_terms import Department, Need

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Resource = Literal["places_grade_1", "places_grade_7", "beds", "bus_seats", "posts"]
Channels = Annotated[tuple[Channel, ...], Field(min_length=1, max_length=5)]


class Part(BaseModel):
    """A part of a command's body."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Task(Part):
    department: Department
    task: Line


class HoldStudy(Command):
    """`departments`: how many were given tasks, where these are not named one by one."""

    clause = "2.1"
    held_on: date
    departments: Annotated[int, Field(ge=0)] = 0
    tasks: tuple[Task, ...] = ()


class MakePublicityPlan(Command):
    clause = "2.1"
    year: Year
    township: Township
    channels: Channels
    planned_on: date


class RecordTownshipPublicity(Command):
    clause = "2.1"
    year: Year
    township: Township
    channel: Channel
    recorded_on: date


class AidNeeded(Part):
    township: Township
    need: Need
    children: Count


class SubmitSummary(Command):
    """`children`: as the office reports; the record's own count, by township and entry, is kept beside it."""

    clause = "2.1"
    children: Count
    aid_needs: tuple[AidNeeded, ...] = ()
    submitted_on: date


class Allocated(Part):
    school_id: UUID
    what: Resource
    count: Annotated[int, Field(ge=1, le=100_000)]


class AdoptPlan(Command):
    """`allocations`: what schools get beyond what they have; what lacks all the same is on record."""

    clause = "2.1"
    allocations: tuple[Allocated, ...] = ()
    adopted_on: date


class FollowUpPlan(Command):
    """`body`: the township (code) or department that was urged; `progress`: what it has done so far."""

    clause = "2.1"
    year: Year
    body: Township | Department
    progress: Line
    followed_up_on: date


class Places(Part):
    grade: Grade
    places: Count


class SetPlaces(Command):
    """Of a school for a school year: places that grades take in anew, beds, bus seats, posts of teachers."""

    clause = "2.1"
    year: Year
    places: tuple[Places, ...] = ()
    beds: Count | None = None
    bus_seats: Count | None = None
    posts: Count | None = None
    set_on: date


class VillageDistance(Part):
    village: Annotated[str, Field(pattern=r"^(\d{9}|\d{12})$")]
    metres: Annotated[int, Field(ge=0, le=200_000)]


class SetDistances(Command):
    """By road; 9 digits: from all villages of a township that are not named themselves."""

    clause = "2.1"
    distances: tuple[VillageDistance, ...]


class MakeIdentitySearch(Command):
    """How many children were found; zero is said as zero."""

    clause = "1.2"
    year: Year
    not_enrolled: Count
    without_number: Count
    wrong_data: Count
    made_on: date


class DeclareEmergency(Command):
    clause = "2.1"
    kind: Line
    declared_on: date


class EndEmergency(Command):
    clause = "2.1"
    ended_on: date


class RecordVillageCommittee(Command):
    clause = "3.2"
    village: Village
    name: Line
    recorded_on: date


class DissolveVillageCommittee(Command):
    clause = "3.2"
    dissolved_on: date


class FormClass(Command):
    clause = "3.2"
    school_id: UUID
    grade: Grade
    year: Year
    number: Annotated[int, Field(ge=1, le=99)]
    formed_on: date


class DissolveClass(Command):
    clause = "3.2"
    dissolved_on: date


class MoveClassesUp(Command):
    """All classes of the area into the school year; last classes of a stage are dissolved."""

    clause = "3.2"
    year: Year
    moved_on: date
