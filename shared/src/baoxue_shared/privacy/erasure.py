"""Erasure: a recorded act after which the child's keys are gone and every sealed field reads "erased"."""

from typing import Literal
from uuid import UUID, uuid5

import msgspec

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.store import Store
from baoxue_shared.privacy.sealer import ErasedChildError, Sealer

_PER_CHILD = UUID("6f1d3a8e-52f0-4c0f-9d0a-6a1f5f0c2b77")  # one erasure per child: its id follows the random child id

Ground = Literal["purpose-fulfilled", "retention-ended", "request-of-the-guardian", "recorded-in-error", "by-court"]


class Erasure(Audited):
    """个人信息删除 (个人信息保护法 47): this service's keys and look-up entries of one child, destroyed."""

    TOPIC = "shared.Erasure"

    class KeysDestroyed(Audited.Event, AggregateCreated):
        TOPIC = "shared.Erasure.KeysDestroyed"
        child_id: UUID
        area: str
        ground: Ground

    @event(KeysDestroyed)
    def __init__(self, id: UUID, child_id: UUID, area: str, ground: Ground) -> None:  # noqa: ARG002 - the library's
        self.child_id, self.area, self.ground = child_id, area, ground


class _Recorded(msgspec.Struct):
    child_id: UUID


async def record_erasure(application: Application, child_id: UUID, area: str, ground: Ground) -> Recorded:
    """Record first, destroy after; a crash between the two is made good by `reapply_erasures` at the next start.

    Called inside a command. `area` comes from the service's own record of the child, or from the published
    contract, never from the caller's body: it decides who may erase. OutsideJurisdictionError; ErasedChildError
    when it is on record already (the keys are destroyed again, which changes nothing).
    """
    identity = uuid5(_PER_CHILD, str(child_id))
    try:
        await application.load(Erasure, identity)
    except AggregateNotFoundError:
        recorded = await application.save(Erasure(id=identity, child_id=child_id, area=area, ground=ground))
        await application.sealer.destroy(child_id)
        return recorded
    await application.sealer.destroy(child_id)
    raise ErasedChildError(child_id=child_id)


async def reapply_erasures(store: Store, sealer: Sealer) -> int:
    """Destroy once more the keys of every recorded erasure, before serving: after a crash, or a restore of old keys.

    Returns the number of erasures on record.
    """
    erased = await erased_children(store)
    for child_id in erased:
        await sealer.destroy(child_id)
    return len(erased)


async def erased_children(store: Store) -> list[UUID]:
    """Whose erasure this history records."""
    rows = await store.fetch(
        f"select state from {store.service}_events where topic = :topic",
        {"topic": Erasure.KeysDestroyed.TOPIC},
    )
    states = (row["state"] for row in rows)
    texts = (state if isinstance(state, bytes) else str(state).encode() for state in states)
    return [msgspec.json.decode(text, type=_Recorded).child_id for text in texts]
