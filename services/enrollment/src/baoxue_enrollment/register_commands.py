"""The offices' registers as commands: the good rows of a file."""

from datetime import date

from baoxue_shared.command import Command

from baoxue_enrollment.commands import Grade, Village, Year


class HouseholdRow(Command):
    """One good row of a household register."""

    row: int
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


class ImportHouseholdRegister(Command):
    clause = "2.1"
    rows: tuple[HouseholdRow, ...]


class PupilRow(Command):
    """One good row of a pupil register."""

    row: int
    id_number: str
    school: str  # the school's id or name
    grade: Grade


class ImportPupilRegister(Command):
    clause = "2.7"
    year: Year  # the school year in which the grades hold
    rows: tuple[PupilRow, ...]
