"""Verifies whole logs against a trust policy: signatures, tree, growth, columns, versions, times."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from baoxue_shared.evidence import fault
from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, read_checkpoint
from baoxue_shared.evidence.fault import Fault
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.note import BadNoteError, read_note
from baoxue_shared.evidence.passing import Cut, Passing, Progress
from baoxue_shared.evidence.policy import ForgedError, Policy, Trusted, UntrustedError
from baoxue_shared.evidence.restored import Restored, UnstatedError, misstatements, read_statement, unrestored
from baoxue_shared.evidence.target import Target
from baoxue_shared.evidence.tree import Tree, edge_places, width_of
from baoxue_shared.evidence.walk import Walk
from baoxue_shared.history.schema import FIRST_EPOCH

MOST_CUTS = 1000  # cosigned checkpoints whose trees and times are looked at, evenly over the log


@dataclass
class Report:
    """What was found in one epoch's log."""

    origin: str
    size: int = 0
    beyond: int = 0  # events that the trusted checkpoint does not cover yet
    simulated: int = 0
    cosigned: dict[str, int] = field(default_factory=dict)  # witness → seconds since 1970
    note: str = ""  # the trusted checkpoint, for the next `--since`
    faults: list[Fault] = field(default_factory=list)
    more: int = 0  # faults that are not told one by one
    restored: Restored | None = None  # what began this epoch
    lost: range = range(0)  # leaf indexes of the epoch before that the restore lost


def verify(target: Target, policy: Policy | None, now: datetime, since: str | None, progress: Progress) -> list[Report]:
    """One report for each epoch; `since`: the note of a checkpoint that was verified before.

    BadNoteError if that is none; UnreachableTargetError.
    """
    known = read_checkpoint(read_note(since).text) if since else None
    every = {log.epoch: log for log in target.logs()}
    logs = [log for epoch, log in every.items() if known is None or epoch >= epoch_of(known.origin)[1]]
    if not logs:
        return [Report("—", faults=[fault.untrusted("没有检查点 / there is no checkpoint")])]
    newest, found = logs[-1].epoch, {epoch: _stated(target, log) for epoch, log in every.items()}
    if known and not any(_origin(log) == known.origin for log in logs):
        vanished = list(unrestored(known, found.get(epoch_of(known.origin)[1] + 1)))
        if vanished:
            return [Report(known.origin, faults=vanished)]
    reports = []
    for log in logs:
        verification = _Verification(target, log, policy, known, found.get(log.epoch + 1))
        if log.epoch > FIRST_EPOCH:
            verification.begun(found[log.epoch], every.get(log.epoch - 1))
        reports.append(verification.run(now if log.epoch == newest else None, progress))
    return reports


def _stated(target: Target, log: Sealed) -> Restored | None:
    """None where there is no statement that can be read."""
    with suppress(UnstatedError):
        return read_statement(*target.first(log)) if log.epoch > FIRST_EPOCH else None
    return None


def _origin(log: Sealed) -> str:
    try:
        return read_checkpoint(read_note(log.note).text).origin
    except BadNoteError:
        return ""


class _Verification:
    """Of one epoch's log; `ended`: what was restored of it, where a restore began the next one."""

    def __init__(
        self, target: Target, log: Sealed, policy: Policy | None, since: Checkpoint | None, ended: Restored | None
    ) -> None:
        self._target, self._log, self._policy, self._ended = target, log, policy, ended
        self.report = Report(_origin(log) or f"epoch-{log.epoch}")
        self._since = since if since and since.origin == self.report.origin else None

    def run(self, now: datetime | None, progress: Progress) -> Report:
        """`now`: where the newest cosignature's age counts."""
        report = self.report
        try:
            trusted = self._restored(self._choose()) if self._ended else self._choose()
            cuts = self._cuts(trusted.checkpoint.size)
        except BadNoteError as error:
            report.faults.append(fault.untrusted(str(error)))
            return report
        report.size, report.cosigned = trusted.checkpoint.size, dict(trusted.cosigned)
        if now is not None:
            self._check_age(trusted, now)
        for known in self._known():
            self._hold_against(known, cuts)
        if self._ended and self._ended.old.size <= report.size:
            cuts[self._ended.old.size] = Cut(self._ended.old.root)
        cuts[report.size] = Cut(trusted.checkpoint.root, trusted.at if self._ended is None else None)
        self._pass(cuts, progress)
        return report

    def _hold_against(self, known: Checkpoint, cuts: dict[int, Cut]) -> None:
        """What is known from outside lies inside this log, or a restore admits that it is lost."""
        size, ended = self.report.size, self._ended
        if known.size <= size:
            cuts[known.size] = Cut(known.root)
        elif ended is None:
            self.report.faults.append(fault.rolled_back(known.size, size))
        elif known.size > ended.old.size:
            self.report.faults.append(fault.understated(known.size, ended.old.size, size))
        elif known.size == ended.old.size and known.root != ended.old.root:
            self.report.faults.append(fault.forked(known.size))

    def begun(self, restored: Restored | None, before: Sealed | None) -> None:
        """An epoch begins with the statement of what was restored and what was not."""
        report = self.report
        if restored is None:
            report.faults.append(fault.unstated(self._log.epoch, "—"))
            return
        report.restored = restored
        report.lost = restored.lost(before.first if before else self._log.first)
        report.faults += misstatements(restored, self._log, before, self._policy)

    def _restored(self, trusted: Trusted) -> Trusted:
        """What the next epoch's first leaf says of this one's end is signed there, and counts here."""
        ended, report = self._ended, self.report
        assert ended is not None  # noqa: S101 - for the type checker
        report.faults = [found for found in report.faults if found.what != "untrusted"]
        if trusted.checkpoint.size > ended.old.size:
            report.faults.append(fault.understated(trusted.checkpoint.size, ended.old.size, ended.size))
        if trusted.checkpoint.size == ended.size and trusted.checkpoint.root != ended.root:
            report.faults.append(fault.forked(ended.size))
        return Trusted(Checkpoint(report.origin, ended.size, ended.root), trusted.cosigned)

    def _choose(self) -> Trusted:
        """The newest checkpoint that the policy trusts; else what there is, with the fault. BadNoteError."""
        problems, newest = [], None
        for note in self._target.notes(self._log.epoch):
            newest = newest or note
            if self._policy is None:
                break
            try:
                trusted = self._policy.trust(str(note))
            except ForgedError as error:
                self.report.faults.append(fault.forged(str(error)))
            except UntrustedError as error:
                problems.append(str(error))
            else:
                self.report.note = str(note)
                return trusted
        if newest is None:
            message = "there is no checkpoint"
            raise BadNoteError(message)
        self.report.faults += [fault.untrusted(problem) for problem in problems[:1]]
        return Trusted(read_checkpoint(newest.text), {})

    def _cuts(self, size: int) -> dict[int, Cut]:
        """Cosigned checkpoints on the way. BadNoteError."""
        if self._policy is None:
            return {}
        found = {}
        for note in self._target.notes(self._log.epoch):
            checkpoint = read_checkpoint(note.text)
            if 0 < checkpoint.size < size:
                found[checkpoint.size] = note
        sizes = sorted(found)
        cuts = {}
        for one in sizes[:: max(1, len(sizes) // MOST_CUTS)]:
            try:
                trusted = self._policy.trust(str(found[one]))
            except UntrustedError:  # fewer cosignatures than wanted: the next one bears it
                continue
            cuts[one] = Cut(trusted.checkpoint.root, trusted.at)
        return cuts

    def _check_age(self, trusted: Trusted, now: datetime) -> None:
        limit = self._policy.max_age_seconds if self._policy else None
        if limit is None or not trusted.cosigned:
            return
        age = round(now.timestamp() - max(trusted.cosigned.values()))
        if age > limit:
            self.report.faults.append(fault.stale(age, limit))

    def _known(self) -> Sequence[Checkpoint]:
        logs = self._policy.logs.values() if self._policy else ()
        known = [read_checkpoint(read_note(log.known).text) for log in logs if log.known]
        return [one for one in (*known, *([self._since] if self._since else [])) if one.origin == self.report.origin]

    def _pass(self, cuts: dict[int, Cut], progress: Progress) -> None:
        tree = self._known_tree()
        if tree is None:
            self.report.faults.append(fault.forked(self._since.size if self._since else 0))
            return
        before = self._target.version_before if self._since else None
        walk = Walk(self._log.first + tree.size, self._log.epoch, before)
        tolerance = timedelta(seconds=self._policy.clock_tolerance_seconds if self._policy else 0)
        passing = Passing(self._target, self._log, walk, tree, tolerance)
        passing.run(cuts, self.report.size, progress)
        self.report.faults += walk.faults
        self.report.more = walk.found - len(walk.faults)
        self.report.beyond = max(0, tree.size - self.report.size)
        self.report.simulated = walk.simulated

    def _known_tree(self) -> Tree | None:
        """The edge of the tree that is known already, from the target's tiles; None if they do not make its root."""
        if self._since is None or self._since.size > self.report.size:
            return Tree()
        size, edge = self._since.size, []
        for place in edge_places(size):
            width = width_of(size, place)
            edge.append(self._target.tile(self._log.epoch, place, width) if width else b"")
        tree = Tree(size, edge)
        return tree if tree.root() == self._since.root else None
