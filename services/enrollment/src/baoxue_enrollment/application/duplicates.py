"""Commands on children that may be one: search proposes, a person decides."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from uuid import UUID

import msgspec
from baoxue_shared.actor import current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.history.store import Record

from baoxue_enrollment.application.bulk import DONE, UNCHANGED, Named, Tally, in_bulk
from baoxue_enrollment.application.known import known
from baoxue_enrollment.child_commands import MergeDuplicate, SearchDuplicates, SeparateDuplicate
from baoxue_enrollment.domain.duplicate_candidate import DuplicateCandidate, Reason
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.personal_data import Identity

AT_ONCE = 1000
Compared = tuple[str, str, str]  # name, birth date, guardian's phone
Pair = tuple[UUID, UUID, str, Reason]  # the two, the area, why


def pair_of(first: UUID, second: UUID) -> UUID:
    """One candidate per pair, in whichever order."""
    return one_per("duplicate", *sorted((str(first), str(second))))


class Duplicates(Application):
    """疑似重复."""

    @command
    async def search_duplicates(self, command: SearchDuplicates) -> Recorded:  # noqa: ARG002 - of the actor's area
        """By name with birth date, and by name with the guardian's phone; pairs proposed before count as unchanged."""
        rows = await self.store.fetch(
            "select child_id, area, identity from child_list where area like :area and erased_at is null"
            " order by child_id",
            {"area": f"{current_acting.get().actor.jurisdiction}%"},
        )
        compared: dict[UUID, tuple[str, Compared]] = {}
        for start in range(0, len(rows), AT_ONCE):
            opened = await asyncio.gather(*map(self._compared, rows[start : start + AT_ONCE]))
            compared |= dict(opened)
        acts: list[Named] = [(str(pair_of(*pair[:2])), partial(self._propose, pair)) for pair in _pairs(compared)]
        return await in_bulk(self, "search_duplicates", acts)

    async def _compared(self, row: Record) -> tuple[UUID, tuple[str, Compared]]:
        child_id = UUID(str(row["child_id"]))
        identity = msgspec.json.decode(str(row["identity"]), type=Identity)
        boxes = (identity.name, identity.born_on, identity.guardian_phone)
        name, born_on, phone = [await self.sealer.open(child_id, box) if box else "" for box in boxes]
        return child_id, (str(row["area"]), (name, born_on, phone))

    async def _propose(self, pair: Pair) -> Tally:
        first, second, area, reason = pair
        if await known(self, pair_of(first, second)):
            return UNCHANGED
        await self.save(DuplicateCandidate(pair_of(first, second), area, first, second, reason))
        return DONE

    @command
    async def merge_duplicate(self, pair_id: UUID, command: MergeDuplicate) -> Recorded:
        """The other file leads to the kept one; nothing of it is lost. NotOfThePairError; DecidedSoError."""
        async with self.changing(DuplicateCandidate, pair_id) as pair:
            pair.merge(command.kept, command.decided_on)
            return await self.save(pair)

    @command
    async def separate_duplicate(self, pair_id: UUID, command: SeparateDuplicate) -> Recorded:
        """DecidedSoError."""
        async with self.changing(DuplicateCandidate, pair_id) as pair:
            ground = self.seal(pair.first, DuplicateCandidate.Separated.TOPIC, ground=command.ground)["ground"]
            pair.separate(ground, command.decided_on)
            return await self.save(pair)


def _pairs(compared: dict[UUID, tuple[str, Compared]]) -> Iterator[Pair]:
    """Each pair once, by the first reason that holds."""
    by_key: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for child_id, (_, (name, born_on, phone)) in compared.items():
        by_key["same-name-and-birth-date", name, born_on].append(child_id)
        if phone:
            by_key["same-name-and-guardian-phone", name, phone].append(child_id)
    told: set[tuple[UUID, UUID]] = set()
    for key in sorted(by_key):
        for first, second in combinations(by_key[key], 2):
            if (first, second) not in told:
                told.add((first, second))
                reason: Reason = key[0]  # type: ignore[assignment]
                yield first, second, compared[first][0], reason
