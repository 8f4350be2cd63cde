"""Commands that follow a difference of two registers to its end, and close a run for a township or the county."""

from uuid import UUID

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import ForbiddenError, NotFoundError
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.application.selections import Due, zones
from baoxue_enrollment.application.zoning import zone_for
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.entry_age import LAST_PRIMARY_GRADE
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.placement import Entry
from baoxue_enrollment.domain.reconciliation import (
    Level,
    Reconciliation,
    ReconciliationClosedError,
    ReconciliationClosing,
    ReconciliationOpenError,
)
from baoxue_enrollment.domain.register_difference import RegisterDifference
from baoxue_enrollment.reconciling_commands import (
    AssignDifference,
    CloseReconciliation,
    ReopenDifference,
    SettleDifference,
)

TOWNSHIP = 9  # digits
COUNTY_EDUCATION = ("county-education", "county-education-2")


class NotTheOwnerError(ForbiddenError):
    """A difference was to be settled by an office that it is not assigned to."""


class PersonNotOnRecordError(NotFoundError):
    """Somebody was to be told out of school whom no register has brought on record."""


class Differences(Application):
    """比对差异."""

    @command
    async def assign_difference(self, difference_id: UUID, command: AssignDifference) -> Recorded:
        """SettledAlreadyError."""
        async with self.changing(RegisterDifference, difference_id) as difference:
            difference.assign(command.owner, command.due_on)
            return await self.save(difference)

    @command
    async def settle_difference(self, difference_id: UUID, command: SettleDifference) -> Recorded:
        """NotTheOwnerError; SettledAlreadyError; WrongSettlingError; PersonNotOnRecordError."""
        async with self.changing(RegisterDifference, difference_id) as difference:
            role = current_acting.get().actor.role
            if role not in {difference.owner, *COUNTY_EDUCATION}:
                raise NotTheOwnerError(owner=difference.owner, available=("assign_difference",))
            settled = RegisterDifference.Settled
            detail = seal_one(self, difference.sealed_by, settled, "detail", command.detail)
            difference.settle(command.how, detail, command.settled_on)
            if command.how == "out-of-school":
                await self._suspect(difference, command)
            return await self.save(difference)

    async def _suspect(self, difference: RegisterDifference, command: SettleDifference) -> None:
        """At the school that had the child, else at the one whose zone it lives in."""
        if difference.child_id is None or not await known(self, difference.child_id):
            raise PersonNotOnRecordError(available=("import_household_register",))
        child = await self.load(Child, difference.child_id)
        at = difference.school_id
        if at is None:
            grade = command.settled_on.year - child.entry_year + 1
            entry: Entry = "grade_1" if grade <= LAST_PRIMARY_GRADE else "grade_7"
            due = Due(child.id, child.area, entry, command.settled_on.year, None, grade)
            zone = zone_for(due, await zones(self.store, child.area[:6]))
            at = zone.school_id if zone else None
        if at is None:
            raise PersonNotOnRecordError(available=("draw_zone",))
        difference.suspect(child.area, at, command.settled_on)

    @command
    async def reopen_difference(self, difference_id: UUID, command: ReopenDifference) -> Recorded:
        """NotSettledError."""
        async with self.changing(RegisterDifference, difference_id) as difference:
            reopened = RegisterDifference.Reopened
            detail = seal_one(self, difference.sealed_by, reopened, "detail", command.detail)
            difference.reopen(detail, command.due_on)
            return await self.save(difference)

    @command
    async def close_reconciliation(self, run_id: UUID, command: CloseReconciliation) -> Recorded:
        """By the read models. ReconciliationOpenError; ReconciliationClosedError."""
        run = await self.load(Reconciliation, run_id)
        area = current_acting.get().actor.jurisdiction
        still_open = await self._open(run_id, area)
        if still_open:
            raise ReconciliationOpenError(count=still_open, available=("settle_difference",))
        level: Level = "township" if len(area) >= TOWNSHIP else "county"
        ids = {register: one_per("reconciliation-closing", run_id, area, register) for register in self._of(run)}
        if await known(self, next(iter(ids.values()))):
            raise ReconciliationClosedError(area=area)
        closings = [
            ReconciliationClosing(closing_id, area, run_id, register, level, command.closed_on)
            for register, closing_id in ids.items()
        ]
        return await self.save(*closings)

    @staticmethod
    def _of(run: Reconciliation) -> tuple[UUID, ...]:
        return run.registers or (run.id,)

    async def _open(self, run_id: UUID, area: str) -> int:
        found = await self.store.fetch(
            "select count(*) as still_open from difference_list where run_id = :run and area like :area"
            " and settled_at is null",
            {"run": str(run_id), "area": f"{area}%"},
        )
        return int(found[0]["still_open"] or 0)
