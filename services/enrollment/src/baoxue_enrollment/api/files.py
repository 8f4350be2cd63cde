"""Offices' files over HTTP: the body is the file; bad rows come back as a file of the same kind, with the reason."""

import base64
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.errors import OutsideJurisdictionError, RefusalError
from baoxue_shared.messages import Catalogue
from baoxue_shared.privacy.sealer import ErasedChildError
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from fastapi import Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from baoxue_enrollment.api.receiving import received
from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.household_register import by_household
from baoxue_enrollment.application.pupil_register import (
    ChildNotOnRegisterError,
    UnknownGradeError,
    UnknownSchoolError,
)
from baoxue_enrollment.application.survey_sheet import HouseholdNotOnRegisterError
from baoxue_enrollment.application.told import WITHIN, progress_of
from baoxue_enrollment.checking_commands import ImportAttendanceRoll
from baoxue_enrollment.domain.imported_register import Kind as RegisterKind
from baoxue_enrollment.imports.attendance_roll import AttendanceRoll
from baoxue_enrollment.imports.household_register import HouseholdRegister
from baoxue_enrollment.imports.pupil_register import PupilRegister
from baoxue_enrollment.imports.reading import Place, Reading
from baoxue_enrollment.imports.survey_sheet import SurveySheet
from baoxue_enrollment.reconciling_commands import RecordRegister
from baoxue_enrollment.register_commands import (
    ImportHouseholdRegister,
    ImportPupilRegister,
    ImportSurveySheet,
    Numbered,
)

Endpoint = tuple[str, Callable[..., Awaitable[Any]]]
R = TypeVar("R", bound=Numbered)
Kind = Literal["household", "residence_permit", "pupil", "survey", "attendance"]
Source = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Year = Annotated[int, Query(ge=2000, le=2100)]
SHOWN = 20  # warnings and reasons in a preview
_REFUSALS: dict[str, type[RefusalError]] = {
    kind.__name__: kind
    for kind in (
        OutsideJurisdictionError,
        UnknownSchoolError,
        UnknownGradeError,
        ChildNotOnRegisterError,
        HouseholdNotOnRegisterError,
        ErasedChildError,
    )
}


class Imported(Recorded):
    """`errors`: the bad rows as a file of the same kind ("" if none), CSV as text, XLSX in base64; never stored."""

    rows: int
    form: Literal["csv", "xlsx"]
    errors: str
    warnings: dict[int, str]  # by row number


class Previewed(BaseModel):
    """What an import would find; nothing is recorded. `columns`: our name of a column → the file's head."""

    form: Literal["csv", "xlsx"]
    rows: int
    good: int
    bad: int
    columns: dict[str, str]
    left_alone: list[str]
    errors: str
    warnings: dict[int, str]


class Files:
    """One method per register."""

    def __init__(self, enrollment: Enrollment, world: World) -> None:
        self._enrollment, self._world = enrollment, world
        self._catalogue = Catalogue("baoxue_enrollment")

    def _words(self, refusal: RefusalError) -> str:
        return self._catalogue.text(refusal, "zh")

    async def _read(self, request: Request, kind: Kind, source: str | None) -> Reading[Any]:
        """UnreadableFileError; FileTooLargeError; MissingColumnsError; UnknownSourceError; BadSourceError."""
        content = await received(request)
        place = Place(source or kind, kind, self._world.settings.mappings, self._words)
        return await run_in_threadpool(self._opened, kind, content, place)

    def _opened(self, kind: Kind, content: bytes, place: Place) -> Reading[Any]:
        if kind == "pupil":
            return PupilRegister(content, place)
        if kind == "attendance":
            return AttendanceRoll(content, place)
        if kind == "survey":
            return SurveySheet(content, place)
        return HouseholdRegister(content, place, today(self._world.clock))

    async def import_household_register(self, request: Request, source: Source = None) -> Imported:
        reading = await self._read(request, "household", source)
        recorded = await self._enrollment.import_household_register(
            ImportHouseholdRegister(sha256=reading.sha256), reading
        )
        imported = await self._imported(recorded, reading, by_household)
        await self._on_record("household", reading)
        return imported

    async def import_residence_permits(self, request: Request, source: Source = None) -> Imported:
        """Who lives here by permit: taken in as the households of the household register are."""
        reading = await self._read(request, "residence_permit", source)
        recorded = await self._enrollment.import_household_register(
            ImportHouseholdRegister(sha256=reading.sha256), reading
        )
        imported = await self._imported(recorded, reading, by_household)
        await self._on_record("residence_permit", reading)
        return imported

    async def import_pupil_register(self, request: Request, year: Year, source: Source = None) -> Imported:
        reading = await self._read(request, "pupil", source)
        command = ImportPupilRegister(sha256=reading.sha256, year=year)
        return await self._imported(await self._enrollment.import_pupil_register(command, reading), reading, _alone)

    async def import_survey_sheet(self, request: Request, year: Year, source: Source = None) -> Imported:
        reading = await self._read(request, "survey", source)
        command = ImportSurveySheet(sha256=reading.sha256, year=year)
        return await self._imported(await self._enrollment.import_survey_sheet(command, reading), reading, _alone)

    async def import_attendance_roll(self, request: Request, month: Month, source: Source = None) -> Imported:
        reading = await self._read(request, "attendance", source)
        command = ImportAttendanceRoll(sha256=reading.sha256, month=month)
        return await self._imported(await self._enrollment.import_attendance_roll(command, reading), reading, _alone)

    async def _on_record(self, kind: RegisterKind, reading: Reading[Any]) -> None:
        """That a register came in is an act of its own, beside that of its rows."""
        acting = current_acting.get()
        reached = tuple(sorted(code for code in reading.townships if reaches(acting.actor, code)))
        command = RecordRegister(kind=kind, sha256=reading.sha256, townships=reached)
        inner = msgspec.structs.replace(
            acting, request_id=f"{acting.request_id}{WITHIN}register", expected_version=None
        )
        token = current_acting.set(inner)
        try:
            if reached:
                await self._enrollment.record_register(command)
        finally:
            current_acting.reset(token)

    async def _imported(
        self, recorded: Recorded, reading: Reading[R], acts: Callable[[list[R]], list[list[R]]]
    ) -> Imported:
        """A repeated request is answered by the record: then the file is read for its errors only."""
        answer = dict(recorded.answer or {})
        reasons: Any = answer.pop("reasons", None) or {}
        warned: Any = answer.pop("warnings", None) or {}
        if not reading.begun:
            await _retold(reading, acts, reasons)
        errors = await run_in_threadpool(_written_back, reading)
        answer["refused"] = len(reading.table.bad)
        warnings = reading.warnings | {int(row): text for row, text in warned.items()}
        facts = {**recorded.model_dump(), "answer": answer}
        return Imported(**facts, rows=reading.table.rows, form=reading.table.form, errors=errors, warnings=warnings)

    async def preview_register(self, _: Reader, request: Request, kind: Kind, source: Source = None) -> Previewed:
        """As the import would read it. UnreadableFileError and so on."""
        reading = await self._read(request, kind, source)
        good = 0
        async for chunk in reading.chunks():
            good += len(chunk)
        table = reading.table
        return Previewed(
            form=table.form,
            rows=table.rows,
            good=good,
            bad=len(table.bad),
            columns={ours: table.heads[at] for ours, at in table.source.places(table.heads).items()},
            left_alone=table.left_alone(),
            errors=await run_in_threadpool(_written_back, reading),
            warnings=dict(list(reading.warnings.items())[:SHOWN]),
        )

    async def read_progress(self, reader: Reader, key: Annotated[str, Query(max_length=200)]) -> dict[str, int]:
        """Of the reader's own import that was sent with this Idempotency-Key: rows recorded, and found unchanged."""
        done = await progress_of(self._world.store, f"{reader.subject}/{key}")
        return {"accepted": done.accepted, "unchanged": done.unchanged}

    def commands(self) -> Iterable[Endpoint]:
        return [
            ("/registers/households", self.import_household_register),
            ("/registers/residence-permits", self.import_residence_permits),
            ("/registers/pupils", self.import_pupil_register),
            ("/registers/surveys", self.import_survey_sheet),
            ("/registers/attendance", self.import_attendance_roll),
        ]


def _alone(chunk: list[R]) -> list[list[R]]:
    return [[row] for row in chunk]


async def _retold(reading: Reading[R], acts: Callable[[list[R]], list[list[R]]], reasons: dict[str, str]) -> None:
    async for chunk in reading.chunks():
        refuse = reading.refuser()
        for members in acts(chunk):
            if (name := reasons.get(str(members[0].row))) is not None:
                refuse([row.row for row in members], reading.words(_REFUSALS.get(name, RefusalError)()))


def _written_back(reading: Reading[Any]) -> str:
    content = reading.table.written_back()
    return content.decode("utf-8-sig") if reading.table.form == "csv" else base64.b64encode(content).decode()
