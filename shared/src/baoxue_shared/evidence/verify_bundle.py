"""Verifies a bundle alone: no server, no database, no network; its own keys are never trusted."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from baoxue_shared.evidence import fault
from baoxue_shared.evidence.bundle import Bundle, BundledLog, Event, Proof, Selection
from baoxue_shared.evidence.checkpoint import Checkpoint, epoch_of, read_checkpoint
from baoxue_shared.evidence.entry import BadEntryError, Entry, decode, encode_stored
from baoxue_shared.evidence.fault import concerned
from baoxue_shared.evidence.head import Head, read_head
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.merkle import BadProofError, check_inclusion, leaf_hash
from baoxue_shared.evidence.note import BadNoteError, read_note
from baoxue_shared.evidence.policy import ForgedError, Policy, Trusted, UntrustedError
from baoxue_shared.evidence.restored import Restored, UnstatedError, misstatements, read_statement
from baoxue_shared.evidence.tree import Tree
from baoxue_shared.evidence.verify import Report
from baoxue_shared.evidence.walk import UNKNOWN, Walk
from baoxue_shared.history.schema import FIRST_EPOCH

Statements = dict[tuple[str, int], Restored]
MOST = 20  # faults that are told one by one
BY_THING = frozenset({"child", "case"})  # what a head statement of each thing can prove complete


def verify_bundle(path: Path, policy: Policy | None, now: datetime) -> tuple[Selection, list[Report]]:
    """One report for each log in it. BadBundleError."""
    bundle = Bundle(path)
    try:
        statements = _statements(bundle)
        reports = [_Verification(bundle, log, policy, statements).run(now) for log in bundle.contents.logs]
        strangers = {event.service for event in bundle.events()} - {log.service for log in bundle.contents.logs}
    finally:
        bundle.close()
    if not reports or strangers:
        words = ["有事件没有所属的日志，或没有日志", "events of no log, or no log at all"]
        reports.append(Report("—", faults=[fault.incomplete(*words)]))
    return bundle.contents.selection, reports


class _Verification:
    """Of one log; `statements`: of restores, by service and the epoch that they began."""

    def __init__(self, bundle: Bundle, log: BundledLog, policy: Policy | None, statements: Statements) -> None:
        self._bundle, self._log, self._policy = bundle, log, policy
        self._ended = statements.get((log.service, log.epoch + 1))
        self._began = statements.get((log.service, log.epoch))
        self.report = Report(f"{log.service}/epoch-{log.epoch}", beyond=log.beyond)

    def run(self, now: datetime) -> Report:
        try:
            trusted = self._trusted()
            self._begun()
        except ForgedError as error:
            return self._with(fault.forged(str(error)))
        except (UntrustedError, BadNoteError) as error:
            return self._with(fault.untrusted(str(error)))
        checkpoint, report = trusted.checkpoint, self.report
        report.origin, report.size, report.cosigned = checkpoint.origin, checkpoint.size, dict(trusted.cosigned)
        limit = self._policy.max_age_seconds if self._policy else None
        if limit is not None and trusted.cosigned and (age := now.timestamp() - max(trusted.cosigned.values())) > limit:
            report.faults.append(fault.stale(round(age), limit))
        headers = self._bundle.headers(self._log)
        streams = self._events(checkpoint, headers)
        if headers is not None:
            self._complete(headers, checkpoint, streams)
        else:
            self._stated(checkpoint, streams)
        report.faults, report.more = report.faults[:MOST], max(0, len(report.faults) - MOST)
        return report

    def _with(self, found: fault.Fault) -> Report:
        self.report.faults.append(found)
        return self.report

    def _trusted(self) -> Trusted:
        """UntrustedError; ForgedError; BadNoteError."""
        note = self._bundle.note(self._log)
        checkpoint = read_checkpoint(read_note(note).text)
        name, epoch = epoch_of(checkpoint.origin)
        if self._ended is not None:  # signed by whoever signed the next epoch, whose first leaf says it
            trusted = Trusted(Checkpoint(checkpoint.origin, self._ended.size, self._ended.root), {})
        elif self._policy is not None:
            trusted = self._policy.trust(note)
        else:
            trusted = Trusted(checkpoint, {})
        if self._policy is None:
            return trusted
        expected = self._policy.logs.get(self._log.service)
        if expected is None or (name, epoch) != (expected.origin, self._log.epoch):
            message = f"{checkpoint.origin} is not the log of {self._log.service}, epoch {self._log.epoch}"
            raise UntrustedError(message)
        return trusted

    def _begun(self) -> None:
        """An epoch after the first begins with what was restored of the one before. BadNoteError."""
        log, report = self._log, self.report
        if log.epoch == FIRST_EPOCH:
            return
        if self._began is None:
            report.faults.append(fault.unstated(log.epoch, "—"))
            return
        before = next((one for one in self._bundle.contents.logs if _follows(log, one)), None)
        sealed = [Sealed(one.epoch, one.first, one.size, self._bundle.note(log)) for one in (log, before) if one]
        report.restored = self._began
        report.lost = self._began.lost(before.first if before else log.first)
        report.faults += misstatements(self._began, sealed[0], sealed[1] if before else None, self._policy)

    def _events(self, checkpoint: Checkpoint, headers: list[bytes] | None) -> dict[str, list[Event]]:
        """Every event is in the tree, and its columns are what its state says. By stream, in order of version."""
        proofs = {p.leaf: p for p in self._bundle.proofs() if self._is_own(p.service, p.epoch)}
        streams: dict[str, list[Event]] = defaultdict(list)
        for event in self._bundle.events():
            if not self._is_own(event.service, event.epoch):
                continue
            streams[event.originator_id].append(event)
            whose = [concerned(event.originator_id, event.state.encode())]
            if not self._is_in_tree(event, checkpoint, headers, proofs):
                self._with(fault.changed(event.position, whose))
            walk = Walk(event.position, event.epoch, lambda *_: UNKNOWN)
            walk.feed([event.stored])
            self.report.faults += walk.faults
            self.report.simulated += walk.simulated
        for events in streams.values():
            events.sort(key=lambda event: event.originator_version)
        return streams

    def _is_in_tree(
        self, event: Event, checkpoint: Checkpoint, headers: list[bytes] | None, proofs: dict[int, Proof]
    ) -> bool:
        """By its own proof, or as one of all headers, which make the tree."""
        leaf = event.position - self._log.first
        try:
            encoded = encode_stored(event.stored)
            if headers is not None and leaf not in proofs:
                return 0 <= leaf < len(headers) and headers[leaf] == encoded
            path = proofs[leaf].path() if leaf in proofs else []
            check_inclusion(leaf_hash(encoded), leaf, checkpoint.size, path, checkpoint.root)
        except (BadProofError, BadEntryError):
            return False
        return True

    def _is_own(self, service: str, epoch: int) -> bool:
        return (service, epoch) == (self._log.service, self._log.epoch)

    def _complete(self, headers: list[bytes], checkpoint: Checkpoint, streams: dict[str, list[Event]]) -> None:
        """All headers make the tree; each that fits what was asked for has its event here."""
        tree = Tree()
        tree.extend(b"".join(map(leaf_hash, headers)))
        if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
            zh, en = "条目表与检查点的树不符", "the headers are not those of the checkpoint's tree"
            self._with(fault.incomplete(zh, en))
            return
        here = {event.position for events in streams.values() for event in events}
        things = {event.originator_id for event in self._bundle.events() if event.service == self._log.service}
        wanted = _fitting(self._bundle.contents.selection, things)
        for entry in map(decode, headers):
            if wanted(entry) and entry.position not in here:
                self._with(fault.left_out(entry.position, [concerned(str(entry.originator_id))]))

    def _stated(self, checkpoint: Checkpoint, streams: dict[str, list[Event]]) -> None:
        """Each thing's head statement contradicts a version that is left out."""
        if self._bundle.contents.selection.by not in BY_THING:
            zh, en = "没有条目表，无法证明没有遗漏", "no headers: nothing proves that nothing is left out"
            self._with(fault.incomplete(zh, en))
            return
        heads = {str(head.originator_id): head for head in self._heads(checkpoint)}
        selected = self._bundle.contents.selection
        named = {selected.value} if selected.by == "case" else set()
        if not streams:
            self._with(fault.incomplete("没有任何事件", "there is no event"))
        for identity in sorted({*streams, *heads, *named}):
            found = [event.originator_version for event in streams.get(identity, ())]
            if identity not in heads:
                zh, en = f"{identity} 没有可信的末版声明", f"{identity} has no head statement that can be trusted"
                self._with(fault.incomplete(zh, en, [concerned(identity)]))
            elif found != list(range(1, heads[identity].version + 1)):
                zh = f"{identity} 在日志中有 {heads[identity].version} 版，包中只有 {len(found)} 版"
                en = f"{identity} has {heads[identity].version} versions in the log, {len(found)} are here"
                self._with(fault.incomplete(zh, en, [concerned(identity)]))

    def _heads(self, checkpoint: Checkpoint) -> Iterator[Head]:
        keys = self._policy.keys_of(checkpoint.origin) if self._policy else []
        for stated in self._bundle.heads():
            try:
                note = read_note(stated.note)
                head = read_head(note.text)
                signed = self._policy is None or bool(note.times(keys))
            except BadNoteError:
                continue
            if signed and (head.origin, head.size) == (checkpoint.origin, checkpoint.size):
                yield head


def _follows(log: BundledLog, before: BundledLog) -> bool:
    return (log.service, log.epoch - 1) == (before.service, before.epoch)


def _statements(bundle: Bundle) -> Statements:
    """What began each later epoch. That it is the log's first leaf is verified with all other events."""
    firsts = {(log.service, log.epoch, log.first) for log in bundle.contents.logs if log.epoch > FIRST_EPOCH}
    found: Statements = {}
    for event in bundle.events():
        if (event.service, event.epoch, event.position) in firsts:
            with suppress(UnstatedError):
                found[event.service, event.epoch] = read_statement(event.topic, event.state.encode())
    return found


def _fitting(selection: Selection, streams: set[str]) -> Callable[[Entry], bool]:
    """Which headers the selection asks for. A child's things are those that are here: headers name no child."""
    value = selection.value
    if selection.by == "actor":
        return lambda entry: entry.actor == value
    if selection.by == "county":
        return lambda entry: entry.jurisdiction.startswith(value)
    if selection.by == "period":
        after, _, until = value.partition("/")
        first, last = datetime.fromisoformat(after), datetime.fromisoformat(until)
        return lambda entry: first < datetime.fromisoformat(entry.recorded_at) <= last
    if selection.by == "everything":
        return lambda _: True
    return lambda entry: str(entry.originator_id) in streams or str(entry.originator_id) == value
