"""Registers compared with each other, and what follows from where they differ, as commands."""

from datetime import date

from baoxue_shared.command import Command

from baoxue_enrollment.child_commands import Text
from baoxue_enrollment.commands import Township, Year
from baoxue_enrollment.domain.imported_register import Kind as RegisterKind
from baoxue_enrollment.domain.reconciliation import Kind
from baoxue_enrollment.domain.register_difference import How, Owner


class RecordRegister(Command):
    """That a population register came in, and which townships it covers."""

    clause = "1.3"
    kind: RegisterKind
    sha256: str
    townships: tuple[Township, ...]


class ReconcileRegisters(Command):
    """`year`: the school year that has begun; `settle_by`: until when each difference is to be settled."""

    clause = "2.7"
    kind: Kind
    year: Year
    settle_by: date


class AssignDifference(Command):
    clause = "2.7"
    owner: Owner
    due_on: date


class SettleDifference(Command):
    """`out-of-school`: verified; a case opens. Candidates: `same-person`, `another-person`."""

    clause = "2.7"
    how: How
    detail: Text
    settled_on: date


class ReopenDifference(Command):
    clause = "2.7"
    detail: Text
    due_on: date


class CloseReconciliation(Command):
    """For the township or county of who closes it."""

    clause = "1.3"
    closed_on: date
