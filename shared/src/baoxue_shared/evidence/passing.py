"""A log's events pass by once: beside the stored tiles, and at each signed size beside its root and its times."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from baoxue_shared.evidence import fault
from baoxue_shared.evidence.fault import concerned
from baoxue_shared.evidence.log import Sealed
from baoxue_shared.evidence.merkle import HASH
from baoxue_shared.evidence.target import Target
from baoxue_shared.evidence.tree import WIDTH, Place, Tree, width_of
from baoxue_shared.evidence.walk import Walk
from baoxue_shared.history.store import Stored

PAGE = 8 * WIDTH  # events at a time
Progress = Callable[[int, int], None]  # leaves done, of how many


class Cut(NamedTuple):
    """What is signed at one size; `at`: when the first witness saw it, seconds since 1970."""

    root: bytes
    at: int | None = None


class Passing:
    """`tree` is what is known already; after `run` it is the whole log."""

    def __init__(self, target: Target, sealed: Sealed, walk: Walk, tree: Tree, tolerance: timedelta) -> None:
        self._target, self._sealed, self._walk, self.tree, self._tolerance = target, sealed, walk, tree, tolerance
        self._last = (tree.size, None)  # type: tuple[int, int | None]
        self._earliest, self._latest = "~", ""
        self._simulated, self._live = 0, True

    def run(self, cuts: Mapping[int, Cut], size: int, progress: Progress) -> None:
        """To the end of the log; `size`: of the checkpoint that is trusted."""
        sizes = sorted(cut for cut in cuts if cut >= self.tree.size)
        for rows, leaves in self._pages(size):
            begin, at = self.tree.size, 0
            self._live, self._simulated = self._simulated == self._walk.simulated, self._walk.simulated
            while sizes and sizes[0] <= begin + len(leaves):
                end = sizes[0] - begin
                self._take(rows[at:end], leaves[at:end])
                self._check(cuts[sizes.pop(0)])
                at = end
            self._take(rows[at:], leaves[at:])
            progress(min(self.tree.size, size), size)
        if not self._walk.found and sizes and sizes[0] == self.tree.size:
            self._check(cuts[sizes[0]])
        if self.tree.size < size:
            first = self._sealed.first
            self._walk.add(fault.tail_missing(first + self.tree.size, first + size - 1, self._sealed.epoch))

    def _pages(self, size: int) -> Iterator[tuple[Sequence[Stored], list[bytes]]]:
        if self._target.whole:
            return self._row_pages()
        return self._entry_pages(size)

    def _row_pages(self) -> Iterator[tuple[Sequence[Stored], list[bytes]]]:
        after = self._walk.next - 1
        while rows := self._target.rows(after, PAGE):
            own = [row for row in rows if row[1] == self._sealed.epoch] if rows[-1][1] != self._sealed.epoch else rows
            if own:
                yield own, self._walk.feed(own)
            if rows[-1][1] != self._sealed.epoch:
                return
            after = rows[-1][0]

    def _entry_pages(self, size: int) -> Iterator[tuple[Sequence[Stored], list[bytes]]]:
        at = self.tree.size
        while at < size:
            number = at // WIDTH
            width = min(WIDTH, size - number * WIDTH)
            entries = self._target.entries(self._sealed, number, width)[at % WIDTH :]
            if not entries:
                return
            yield (), self._walk.feed_entries(entries)
            at += len(entries)

    def _take(self, rows: Sequence[Stored], leaves: Sequence[bytes]) -> None:
        if not leaves:
            return
        if rows:
            times = [row[5] for row in rows]
            self._latest = max(self._latest, *times)
            if self._live:  # a simulated clock jumps over days between two moments
                self._earliest = min(self._earliest, *times)
        before = self.tree.size
        changed = self.tree.extend(b"".join(leaves))
        if not self._walk.found:
            self._beside_tiles(before, changed, rows)

    def _beside_tiles(self, before: int, changed: Mapping[Place, bytes], rows: Sequence[Stored]) -> None:
        """The first that differs is told."""
        for place in sorted(changed):
            width = min(len(changed[place]) // HASH, width_of(self._sealed.size, place))
            made = changed[place][: width * HASH]
            stored = self._target.tile(self._sealed.epoch, place, width) if width else b""
            if stored != made:
                bad = _first_difference(stored, made)
                self._tell(place, bad, before, rows)
                return

    def _tell(self, place: Place, bad: int | None, before: int, rows: Sequence[Stored]) -> None:
        if bad is None:
            self._walk.add(fault.tile(place, "缺失或被截短", "is missing or cut short"))
        elif place[0]:
            self._walk.add(fault.tile(place, "与事件不符", "does not fit the events"))
        else:
            leaf = place[1] * WIDTH + bad
            found = rows[leaf - before : leaf - before + 1] if leaf >= before else ()
            whose = [concerned(row[2], bytes(row[8])) for row in found]
            self._walk.add(fault.changed(self._sealed.first + leaf, whose))

    def _check(self, cut: Cut) -> None:
        """What is signed at this size, and when; nothing more once something differs: all after it would."""
        if self._walk.found:
            return
        first, (size, at) = self._sealed.first, self._last
        if self.tree.root() != cut.root:
            self._walk.add(fault.rewritten(first + size, first + self.tree.size - 1, self.tree.size))
        if cut.at is not None and self._latest > (_instant(cut.at) + self._tolerance).isoformat():
            self._walk.add(fault.misdated(first + self.tree.size - 1, self._latest, _instant(cut.at), after=True))
        if at is not None and self._earliest < (_instant(at) - self._tolerance).isoformat():
            self._walk.add(fault.misdated(first + size, self._earliest, _instant(at), after=False))
        self._last, self._earliest = (self.tree.size, cut.at), "~"


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _first_difference(stored: bytes, made: bytes) -> int | None:
    for at in range(0, min(len(stored), len(made)), HASH):
        if stored[at : at + HASH] != made[at : at + HASH]:
            return at // HASH
    return None
