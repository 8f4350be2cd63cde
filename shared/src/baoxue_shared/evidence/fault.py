"""What a verification finds, in words for people and for programs."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

_CHILD = re.compile(rb'"child_id":"([0-9a-f-]{36})"')


class Fault(NamedTuple):
    """`what`: for programs; `concerns`: children, or aggregates of no child, whose events are touched."""

    what: str
    zh: str
    en: str
    position: int | None = None
    concerns: tuple[str, ...] = ()

    def told(self) -> dict[str, object]:
        where = "—" if self.position is None else self.position
        return {"what": self.what, "position": where, "zh": self.zh, "en": self.en, "concerns": list(self.concerns)}


def concerned(originator_id: str, state: bytes = b"") -> str:
    """A child's id where the event names one: `child <id>`; else the aggregate's: `record <id>`."""
    found = _CHILD.search(state)
    return f"child {found[1].decode()}" if found else f"record {originator_id}"


def changed(position: int, concerns: Sequence[str]) -> Fault:
    words = f"第 {position} 条事件不是当时封存的那一条", f"event {position} is not the one that was sealed"
    return Fault("changed", *words, position, tuple(concerns))


def misses(position: int, found: int) -> Fault:
    words = f"第 {position} 条事件缺失（其后是第 {found} 条）", f"event {position} is missing (the next is {found})"
    return Fault("missing", *words, position)


def tail_missing(first: int, last: int, epoch: int) -> Fault:
    zh = f"第 {first} 至 {last} 条事件已被见证，但已不在库中（日志纪元 {epoch}）"
    en = f"events {first} to {last} were sealed and are gone (epoch {epoch})"
    return Fault("tail-missing", zh, en, first)


def columns(position: int, names: Sequence[str], concerns: Sequence[str]) -> Fault:
    told = ", ".join(names)
    return Fault(
        "columns",
        f"第 {position} 条事件的列与内容不符：{told}",
        f"event {position}: columns differ from its payload: {told}",
        position,
        tuple(concerns),
    )


def unreadable(position: int, concerns: Sequence[str], problem: str) -> Fault:
    zh, en = f"第 {position} 条事件读不出：{problem}", f"event {position} cannot be read: {problem}"
    return Fault("unreadable", zh, en, position, tuple(concerns))


def foreign_topic(position: int, topic: str, concerns: Sequence[str]) -> Fault:
    zh = f"第 {position} 条事件的类型不是本平台的（未加载）：{topic!r}"
    en = f"event {position} names a topic that is none of ours (it was not imported): {topic!r}"
    return Fault("topic", zh, en, position, tuple(concerns))


def version(position: int, found: int, wanted: int, concerns: Sequence[str]) -> Fault:
    zh = f"第 {position} 条事件是其档案的第 {found} 版，应为第 {wanted} 版"
    en = f"event {position} is version {found} of its record where {wanted} belongs"
    return Fault("version", zh, en, position, tuple(concerns))


def tile(place: tuple[int, int], zh: str, en: str) -> Fault:
    return Fault("tile", f"瓦片 {place[0]}/{place[1]} {zh}", f"tile {place[0]}/{place[1]} {en}")


def rewritten(first: int, last: int, size: int) -> Fault:
    zh = f"第 {first} 至 {last} 条之间有事件与瓦片被一起改动：与已签名的 {size} 条检查点不符"
    en = f"among events {first} to {last} event and tiles were changed together: not what was signed at size {size}"
    return Fault("rewritten", zh, en, first)


def untrusted(problem: str) -> Fault:
    return Fault("untrusted", f"检查点不可信：{problem}", f"the checkpoint is not trusted: {problem}")


def forged(problem: str) -> Fault:
    return Fault("forged", f"检查点上的签名是伪造的：{problem}", f"a signature on a checkpoint is forged: {problem}")


def stale(seconds: int, limit: int) -> Fault:
    zh = f"最近一次见证在 {seconds} 秒前，超过上限 {limit} 秒：可能是旧检查点的重放"
    en = f"the newest cosignature is {seconds} s old, the limit is {limit} s: perhaps an old checkpoint is replayed"
    return Fault("stale", zh, en)


def rolled_back(known: int, size: int) -> Fault:
    zh = f"已知检查点有 {known} 条，此日志只有 {size} 条：数据库被退回"
    en = f"a known checkpoint has {known} leaves, this log only {size}: it was rolled back"
    return Fault("rolled-back", zh, en, size + 1)


def unstated(epoch: int, problem: str) -> Fault:
    zh = f"日志纪元 {epoch} 的第一条不是恢复声明：{problem}"
    en = f"the first event of epoch {epoch} is no restore statement: {problem}"
    return Fault("restore-unstated", zh, en)


def misstated(epoch: int, zh: str, en: str) -> Fault:
    return Fault(
        "restore-misstated",
        f"日志纪元 {epoch} 的恢复声明不符：{zh}",
        f"the restore statement of epoch {epoch} does not fit: {en}",
    )


def understated(known: int, stated: int, size: int) -> Fault:
    zh = f"恢复声明只承认已见证 {stated} 条，已知检查点有 {known} 条"
    en = f"the restore statement admits {stated} cosigned leaves, a known checkpoint has {known}"
    return Fault("restore-understated", zh, en, size + 1)


def forked(known: int) -> Fault:
    zh = f"与已知检查点（{known} 条）不是同一棵树：历史被改写"
    en = f"not the tree of the known checkpoint of {known}: the past was rewritten"
    return Fault("forked", zh, en)


def misdated(position: int, recorded_at: str, seen: datetime, *, after: bool) -> Fault:
    zh_side, en_side = ("晚于", "after") if after else ("早于", "before")
    zh = f"第 {position} 条附近的事件称记录于 {recorded_at}，{zh_side}见证时间 {seen.isoformat()}"
    en = f"an event near {position} says {recorded_at}, which is {en_side} the cosignature of {seen.isoformat()}"
    return Fault("time", zh, en, position)


def incomplete(zh: str, en: str, concerns: Sequence[str] = ()) -> Fault:
    return Fault("incomplete", f"不完整：{zh}", f"incomplete: {en}", None, tuple(concerns))


def left_out(position: int, concerns: Sequence[str]) -> Fault:
    zh, en = f"不完整：第 {position} 条事件未在包中", f"incomplete: event {position} is left out"
    return Fault("incomplete", zh, en, position, tuple(concerns))
