"""Bulk commands: hundreds of single acts at once, so that the group commit batches them; one answer for all."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import msgspec
from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.actor import Acting, current_acting
from baoxue_shared.command import Recorded
from baoxue_shared.errors import RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.unit import RequestRepeatedError, VersionConflictError

from baoxue_enrollment.application.told import WITHIN, Reason, Told, told_before
from baoxue_enrollment.domain.bulk_entry import BulkEntry

AT_ONCE = 500
ATTEMPTS = 4


class Tally(NamedTuple):
    """How many rows an act recorded anew, and how many were on record before."""

    accepted: int = 0
    unchanged: int = 0

    def answer(self) -> dict[str, object]:
        """To be kept with an act that is not just one row."""
        return self._asdict()


DONE, UNCHANGED = Tally(accepted=1), Tally(unchanged=1)
Act = Callable[[], Awaitable[Tally]]
Named = tuple[str, Act]  # a stable key: it makes the act's own request id


def over(ids: Iterable[UUID], act: Callable[[UUID], Awaitable[Tally]]) -> list[Named]:
    """One act per id, the id being its key."""
    return [(str(one), partial(act, one)) for one in dict.fromkeys(ids)]


async def in_bulk(
    application: Application,
    operation: str,
    acts: Iterable[Named] | AsyncIterable[Named],
    *,
    unchanged: tuple[type[RefusalError], ...] = (),
) -> Recorded:
    """Carry out all acts, each recorded by itself, then the entry that counts them; for use inside a `@command`.

    A refusal of a kind in `unchanged` counts as such; every other is counted and named in the answer by the
    act's key. The same request again repeats nothing; what a crash cut short is taken up where it stopped, and
    counted as if nothing had happened. Acts of a stream are asked for as they are carried out, AT_ONCE at a time.
    """
    outer = current_acting.get()
    earlier = await application.store.request(outer.request_id)
    if earlier is not None:
        raise RequestRepeatedError(earlier)
    before = await told_before(application.store, outer.request_id)
    told = Told()
    for done in before.values():
        told.add(done)
    async for whole in _chunks(acts):
        chunk = [(key, act) for key, act in whole if key not in before]
        for (key, _), outcome in zip(chunk, await asyncio.gather(*(_one(outer, *n) for n in chunk)), strict=True):
            if isinstance(outcome, unchanged):
                outcome = UNCHANGED  # noqa: PLW2901
            if isinstance(outcome, RefusalError):
                told.reasons[key] = Reason(type(outcome).__name__)
            else:
                told.add(Told(*outcome))
    return await made(application, operation, told)


async def _chunks(acts: Iterable[Named] | AsyncIterable[Named]) -> AsyncIterator[list[Named]]:
    if not isinstance(acts, AsyncIterable):
        rest = iter(acts)
        while chunk := list(islice(rest, AT_ONCE)):
            yield chunk
        return
    chunk = []
    async for named in acts:
        chunk.append(named)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    yield chunk


async def _one(outer: Acting, key: str, act: Act) -> Tally | RefusalError:
    inner = msgspec.structs.replace(outer, request_id=f"{outer.request_id}{WITHIN}{key}", expected_version=None)
    token = current_acting.set(inner)
    try:
        return await _again(act)
    except RefusalError as refusal:
        return refusal
    finally:
        current_acting.reset(token)


async def _again(act: Act) -> Tally:
    """Another writer came first: decide anew on what is on record now."""
    for _ in range(ATTEMPTS):
        try:
            return await act()
        except RequestRepeatedError:
            return DONE
        except VersionConflictError:
            continue
    return await act()


async def made(application: Application, operation: str, told: Told) -> Recorded:
    """The entry that counts a bulk act, and its answer."""
    actor = current_acting.get().actor
    school_id = UUID(actor.organisation) if actor.role in SCHOOL_ROLES else None
    entry = BulkEntry(actor.jurisdiction, operation, told.accepted, told.unchanged, len(told.reasons), school_id)
    return await application.save(entry, answer=told.answer())
