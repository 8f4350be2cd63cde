"""Commands that compare registers: recorded runs, and the differences that each finds."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

import pyarrow as pa
from baoxue_shared.actor import current_acting
from baoxue_shared.area import county_of
from baoxue_shared.command import Recorded
from baoxue_shared.errors import InvalidInputError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.comparing import Comparison, Differing, Side, comparing
from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.presence import areas_of, dropouts, school_areas
from baoxue_enrollment.application.selections import schools
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.imported_register import ImportedRegister
from baoxue_enrollment.domain.reconciliation import RULE, Input, Kind, Reconciliation
from baoxue_enrollment.domain.register_difference import OWNERS, RegisterDifference
from baoxue_enrollment.reconciling_commands import ReconcileRegisters, RecordRegister

SIDES: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "household_pupil": (("household", "residence_permit"), ("pupil",)),
    "pupil_attendance": (("pupil",), ("attendance",)),
    "dropout_poor": ((), ("poor",)),
}
POPULATION = ("household", "residence_permit")
FOLLOWED = 50_000  # differences that people can follow; more mean a wrong file or a wrong column


class MissingInputError(InvalidInputError):
    """A comparison lacks a register, or was given one that does not belong to it."""


class RegisterNotImportedError(InvalidInputError):
    """A population register was to be compared before it was taken in."""


class TooManyDifferencesError(InvalidInputError):
    """Two registers differ about more persons than anybody can follow."""


class File(Protocol):
    """A register that goes in, by keys and places only."""

    role: str
    sha256: str

    def batches(self, number: int, schools: Mapping[str, UUID]) -> Iterator[pa.RecordBatch]: ...

    def told(self) -> Input: ...


class Files:
    """All that go in, in an order of their own: whoever sends the same files names the same run."""

    def __init__(self, files: Iterable[File]) -> None:
        self.all: Sequence[File] = sorted(files, key=lambda file: (file.role, file.sha256))

    def __str__(self) -> str:
        """Part of a repeated request's digest."""
        return "/".join(f"{file.role}:{file.sha256}" for file in self.all)

    def check(self, kind: Kind) -> None:
        """MissingInputError."""
        left, right = SIDES[kind]
        roles = {file.role for file in self.all}
        strange, lacking = roles - {*left, *right}, [side for side in (left, right) if side and roles.isdisjoint(side)]
        if strange or lacking:
            needed = " × ".join(" / ".join(side) for side in (left, right) if side)
            raise MissingInputError(kind=kind, needed=needed)


class Outcome(NamedTuple):
    inputs: tuple[Input, ...]
    counts: dict[str, int]
    found: list[Differing]


class Reconciliations(Application):
    """四查三比对."""

    @command
    async def record_register(self, command: RecordRegister) -> Recorded:
        """The same file again changes nothing, unless it covers townships that it did not cover before."""
        register_id = await self.sealer.claim(_register(command.kind, command.sha256), uuid4())
        if await known(self, register_id):
            async with self.changing(ImportedRegister, register_id) as register:
                return await self._covered(register, command)
        area = current_acting.get().actor.jurisdiction
        register = ImportedRegister(register_id, area, register_id, command.kind, command.sha256)
        return await self._covered(register, command)

    async def _covered(self, register: ImportedRegister, command: RecordRegister) -> Recorded:
        for township in command.townships:
            register.cover(township)
        return await self.save(register, answer={"register_id": str(register.id)})

    @command
    async def reconcile_registers(self, command: ReconcileRegisters, files: Files) -> Recorded:
        """The same inputs by the same rule are the same run, which is answered as it was.

        MissingInputError; RegisterNotImportedError; TooManyDifferencesError.
        """
        files.check(command.kind)
        registers = [await self._register_of(file) for file in files.all if file.role in POPULATION]
        record = await self._record(command.kind)
        inputs = f"{files}/{record.sha256 if record else ''}"
        run_id = await self.sealer.claim(f"run/{command.kind}/{RULE}/{command.year}/{inputs}", uuid4())
        if await known(self, run_id):
            run = await self.load(Reconciliation, run_id)
            return await self.save(run, answer=_answer(run, unchanged=True))
        named = {name: school.school_id for name, school in (await schools(self.store)).items()}
        outcome = await asyncio.to_thread(self._compare, command, files, record, named)
        differences = await self._differences(run_id, command, outcome.found)
        run = Reconciliation(
            run_id,
            current_acting.get().actor.jurisdiction,
            run_id,
            command.kind,
            RULE,
            command.year,
            outcome.inputs,
            tuple(sorted(registers)),
            outcome.counts,
            record.sha256 if record else None,
        )
        return await self.save(run, *differences, answer=_answer(run, unchanged=False))

    async def _register_of(self, file: File) -> UUID:
        register_id = await self.sealer.find(_register(file.role, file.sha256))
        if register_id is None or not await known(self, register_id):
            raise RegisterNotImportedError(role=file.role)
        return register_id

    async def _record(self, kind: Kind) -> "Dropouts | None":
        """Who has dropped out by the own record, where that is the left side."""
        if kind != "dropout_poor":
            return None
        children = await dropouts(self.store, current_acting.get().actor.jurisdiction)
        return Dropouts(children, await self.sealer.lookups_of(children.keys()))

    def _compare(
        self, command: ReconcileRegisters, files: Files, record: "Dropouts | None", named: Mapping[str, UUID]
    ) -> Outcome:
        """In a thread of its own. TooManyDifferencesError."""
        with comparing() as comparison:
            for number, file in enumerate(files.all):
                side: Side = "left" if file.role in SIDES[command.kind][0] else "right"
                for batch in file.batches(number, named):
                    comparison.take(side, batch)
            inputs = [file.told() for file in files.all]
            if record:
                record.go_into(comparison, len(inputs))
                inputs.append(record.told())
            counts = comparison.classify(command.kind, command.year)
            found = list(self._differing(comparison, command.kind, counts))
        return Outcome(tuple(inputs), counts, found)

    def _differing(self, comparison: Comparison, kind: Kind, counts: dict[str, int]) -> Iterator[Differing]:
        if kind == "dropout_poor":
            yield from self._not_on_record(comparison, counts)
        differing = sum(n for outcome, n in counts.items() if outcome in OWNERS)
        if differing > FOLLOWED:
            raise TooManyDifferencesError(count=differing, limit=FOLLOWED)
        yield from comparison.differences()

    def _not_on_record(self, comparison: Comparison, counts: dict[str, int]) -> Iterator[Differing]:
        """Children of school age on the list of poor households whom no population register named."""
        listed = comparison.keys_of("poor-of-age")
        there = self.sealer.found_at_now(key for key, _, _ in listed)
        missing = [one for one in listed if one[0] not in there]
        counts |= {"poor-of-age": len(listed) - len(missing), "poor-not-on-record": len(missing)}
        for key, area, right in missing:
            yield Differing("poor-not-on-record", key, area, None, "", right)

    async def _differences(
        self, run_id: UUID, command: ReconcileRegisters, found: list[Differing]
    ) -> list[RegisterDifference]:
        children = await self.sealer.found_at([differing.key for differing in found])
        homes = await areas_of(self.store, children.values())
        townships = await school_areas(self.store)
        county = county_of(current_acting.get().actor.jurisdiction)
        made = []
        for number, differing in enumerate(found):
            child_id = children.get(differing.key)
            school_id = UUID(differing.school) if differing.school else None
            home = homes.get(child_id) if child_id else None
            area = home or differing.area or (townships.get(school_id) if school_id else None) or county
            owner = OWNERS[differing.outcome]
            difference_id = one_per("difference", run_id, number)
            made.append(
                RegisterDifference(
                    difference_id,
                    area if area.startswith(county) else county,
                    run_id,
                    difference_id,
                    differing.outcome,
                    child_id,
                    school_id,
                    differing.left,
                    differing.right,
                    owner if owner != "school" or school_id else "county-education",
                    command.settle_by,
                )
            )
        return made


class Dropouts:
    """Children that the record tells as dropped out: an input like a file."""

    def __init__(self, children: Mapping[UUID, str], entries: Mapping[str, UUID]) -> None:
        self._children, self._entries = children, entries
        self.sha256 = hashlib.sha256("/".join(sorted(map(str, children))).encode()).hexdigest()

    def go_into(self, comparison: Comparison, number: int) -> None:
        """Each child once, by the number that the other side knows if there are several."""
        there = comparison.present("right", self._entries.keys())
        keys: dict[UUID, str] = {}
        for entry in sorted(self._entries, key=lambda entry: (entry not in there, entry)):
            keys.setdefault(self._entries[entry], entry)
        rows = [
            (number, n, keys[child], None, self._children[child], None, 0, True) for n, child in enumerate(sorted(keys))
        ]
        if rows:
            comparison.take_rows("left", rows)

    def told(self) -> Input:
        return Input("record", None, len(self._children), 0)


def _register(role: str, sha256: str) -> str:
    return f"register/{role}/{sha256}"


def _answer(run: Reconciliation, *, unchanged: bool) -> dict[str, object]:
    return {"run_id": str(run.id), "counts": run.counts, "unchanged": unchanged}
