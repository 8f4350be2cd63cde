"""The offices' registers as commands: a file by its digest, and its good rows."""

from datetime import date

from baoxue_shared.command import Command
from pydantic import BaseModel, ConfigDict

from baoxue_enrollment.commands import Grade, Village, Year


class Numbered(BaseModel):
    """A good row of a file; `row`: its number as the office sees it."""

    model_config = ConfigDict(frozen=True)
    row: int


class HouseholdRow(Numbered):
    """Of a household or residence-permit register."""

    household_number: str
    village: Village
    name: str
    sex: str
    born_on: date
    id_number: str | None = None
    relation: str | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    groups: str | None = None


class PupilRow(Numbered):
    """Of a pupil register: the grade, or the year of entry into this stage of school."""

    id_number: str
    school: str  # the school's id, name or code
    grade: Grade | None = None
    entered: int | None = None


class SurveyRow(Numbered):
    """Of a village's survey sheet."""

    household_number: str
    village: str
    done_on: date
    confirmed: bool  # by the village committee, after so many attempts
    attempts: int


def household_key(row: HouseholdRow | SurveyRow) -> str:
    """A household by its village and its register number."""
    return f"household/{row.village}/{row.household_number}"


class AttendanceRow(Numbered):
    """Of a school's roll of a month; who has no ID number is known at its school by name and birth date."""

    id_number: str | None = None
    name: str = ""
    born_on: date | None = None
    school: str
    days_due: int
    days_present: int
    days_excused: int  # on leave or ill


class ImportHouseholdRegister(Command):
    clause = "2.1"
    sha256: str  # of the file: the same request with another file is another matter


class ImportPupilRegister(Command):
    clause = "2.7"
    sha256: str
    year: Year  # the school year in which the grades hold


class ImportSurveySheet(Command):
    clause = "2.1"
    sha256: str
    year: Year
