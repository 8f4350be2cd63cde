"""Offices' files over HTTP: the body is the CSV file; bad rows come back as one, with the reason in the row."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any

from baoxue_shared.clock import today
from baoxue_shared.command import Recorded
from baoxue_shared.errors import OutsideJurisdictionError, RefusalError
from baoxue_shared.messages import Catalogue
from baoxue_shared.privacy.sealer import ErasedChildError
from baoxue_shared.service import World
from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.application.registers import ChildNotOnRegisterError, UnknownSchoolError
from baoxue_enrollment.imports.household_register import read_household_register
from baoxue_enrollment.imports.pupil_register import read_pupil_register
from baoxue_enrollment.register_commands import HouseholdRow, ImportHouseholdRegister, ImportPupilRegister

Endpoint = tuple[str, Callable[..., Awaitable[Any]]]
_REFUSALS: dict[str, type[RefusalError]] = {
    kind.__name__: kind
    for kind in (OutsideJurisdictionError, UnknownSchoolError, ChildNotOnRegisterError, ErasedChildError)
}


class Imported(Recorded):
    """`errors`: the bad rows as CSV text ("" if none), never stored; `warnings`: by row number."""

    rows: int
    errors: str
    warnings: dict[int, str]


def file_endpoints(enrollment: Enrollment, world: World) -> Iterable[Endpoint]:
    catalogue = Catalogue("baoxue_enrollment")

    async def import_household_register(request: Request) -> Imported:
        parsed = await run_in_threadpool(read_household_register, await request.body(), today(world.clock))
        recorded = await enrollment.import_household_register(ImportHouseholdRegister(rows=parsed.rows))
        refused = _of_households(parsed.rows, _refused(recorded, catalogue))
        reasons = parsed.reasons | refused
        errors = parsed.table.with_reasons(reasons)
        answer = {**(recorded.answer or {}), "refused": len(reasons)}
        return _imported(recorded, answer, len(parsed.table.rows), errors, parsed.warnings)

    async def import_pupil_register(request: Request, year: Annotated[int, Query(ge=2000, le=2100)]) -> Imported:
        parsed = await run_in_threadpool(read_pupil_register, await request.body())
        recorded = await enrollment.import_pupil_register(ImportPupilRegister(year=year, rows=parsed.rows))
        reasons = parsed.reasons | _refused(recorded, catalogue)
        answer = {**(recorded.answer or {}), "refused": len(reasons)}
        return _imported(recorded, answer, len(parsed.table.rows), parsed.table.with_reasons(reasons), {})

    return [("/registers/households", import_household_register), ("/registers/pupils", import_pupil_register)]


def _imported(
    recorded: Recorded, answer: dict[str, object], rows: int, errors: str, warnings: dict[int, str]
) -> Imported:
    answer.pop("reasons", None)
    facts = {**recorded.model_dump(), "answer": answer}
    return Imported(**facts, rows=rows, errors=errors, warnings=warnings)


def _refused(recorded: Recorded, catalogue: Catalogue) -> dict[int, str]:
    reasons = (recorded.answer or {}).get("reasons")
    named: Mapping[str, str] = reasons if isinstance(reasons, dict) else {}
    return {int(row): catalogue.text(_REFUSALS.get(name, RefusalError)(), "zh") for row, name in named.items()}


def _of_households(rows: Iterable[HouseholdRow], refused: Mapping[int, str]) -> dict[int, str]:
    """A household is refused as a whole: its first row's reason is each row's."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        first.setdefault((row.village, row.household_number), row.row)
    of = {row.row: first[row.village, row.household_number] for row in rows}
    return {number: refused[key] for number, key in of.items() if key in refused}
