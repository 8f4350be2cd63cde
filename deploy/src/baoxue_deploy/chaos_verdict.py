"""Whether replay equals the journal, and a disturbed run the undisturbed one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from baoxue_shared.history.unit import Row

from baoxue_deploy.chaos_load import Acknowledged
from baoxue_deploy.digest import digest
from baoxue_deploy.meaning import meanings_of

SHOWN = 10
Histories = Mapping[str, Sequence[Row]]


class _Said(msgspec.Struct):
    request_id: str


class _State(msgspec.Struct):
    metadata: _Said


class Verdict(NamedTuple):
    """`lost`, `doubled`: acknowledged commands and recorded facts; `differences`: the first facts of both kinds."""

    lost: int
    doubled: int
    digest_equal: bool
    digest: str
    differences: list[str]

    @property
    def holds(self) -> bool:
        return self.digest_equal and not self.lost and not self.doubled


def judge(journal: Iterable[Acknowledged], found: Histories, undisturbed: Histories) -> Verdict:
    """`found`: what the disturbed run recorded."""
    ours = digest(found.items())
    facts, wanted = _facts(found), _facts(undisturbed)
    missing, extra = wanted - facts, facts - wanted
    differences = [f"missing: {fact}" for fact in missing] + [f"extra: {fact}" for fact in extra]
    return Verdict(
        lost=_lost(journal, found) + missing.total(),
        doubled=sum(map(_torn, found.values())) + extra.total(),
        digest_equal=ours == digest(undisturbed.items()),
        digest=ours,
        differences=differences[:SHOWN],
    )


def _facts(histories: Histories) -> Counter[str]:
    """What was recorded, without saying of whom."""
    return Counter(m.text.decode() for service in sorted(histories) for m in meanings_of(histories[service]))


def _lost(journal: Iterable[Acknowledged], found: Histories) -> int:
    """Acknowledged, and not on record at the place that the answer named."""
    there = {(s, str(row.originator_id), row.originator_version) for s, rows in found.items() for row in rows}
    return sum((entry.service, entry.id, entry.version) not in there for entry in journal)


def _torn(rows: Sequence[Row]) -> int:
    """Requests whose events stand in more than one place: carried out more than once. Positions have no gap."""
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_State)
    requests = [decoder.decode(row.state).metadata.request_id for row in rows]
    runs = Counter(now for before, now in zip(["", *requests], requests, strict=False) if now != before)
    gaps = sum(row.position != number for number, row in enumerate(rows, 1))
    return sum(count - 1 for count in runs.values()) + gaps
