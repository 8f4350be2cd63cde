"""A new epoch: what a lossy restore states before anything else is recorded, on an approver's word."""

import base64
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.clock import Clock
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Unit


class Loss(NamedTuple):
    """What is restored of the epoch before, and what is known to have been there.

    `checkpoint`: the newest signed note of it that anybody holds; `proof`: that its tree extends the restored one,
    empty where nobody holds the hashes; `last_known`: position of the last event of which anybody knows; `held`: who
    still holds what, in words.
    """

    checkpoint: str
    size: int
    root: bytes
    proof: Sequence[bytes]
    last_known: int
    held: Sequence[str]


class Word(NamedTuple):
    """Who allowed it (a pseudonym, as for every actor), and why (in clear: no names)."""

    approver: str
    reason: str


class Restoration(Audited):
    """恢复: a backup took the place of a history that was longer."""

    TOPIC = "shared.Restoration"

    class EpochBegun(Audited.Event, AggregateCreated):
        TOPIC = "shared.Restoration.EpochBegun"
        area: str
        began: int
        checkpoint: str
        restored_size: int
        restored_root: str
        proof: tuple[str, ...]
        last_known: int
        held: tuple[str, ...]
        approver: str
        reason: str

    @event(EpochBegun)
    def __init__(  # noqa: PLR0913, PLR0917 - the facts of the statement
        self,
        area: str,
        began: int,
        checkpoint: str,
        restored_size: int,
        restored_root: str,
        proof: tuple[str, ...],
        last_known: int,
        held: tuple[str, ...],
        approver: str,
        reason: str,
    ) -> None:
        self.area, self.began, self.approver, self.reason = area, began, approver, reason
        self.checkpoint, self.last_known, self.held = checkpoint, last_known, held
        self.restored = (restored_size, restored_root, proof)


async def begin_epoch(store: Store, clock: Clock, area: str, loss: Loss, word: Word) -> int:
    """Record the statement as the first event of the next epoch, while nothing serves; the epoch."""
    last = await store.last_position()
    before = (await store.rows(after=last - 1, limit=1))[0].epoch if last else 1
    actor = msgspec.structs.replace(system_actor("restore", area), on_behalf_of=word.approver)
    with acting_as(actor, clock=clock):
        restoration = Restoration(
            area=area,
            began=before + 1,
            checkpoint=loss.checkpoint,
            restored_size=loss.size,
            restored_root=_text(loss.root),
            proof=tuple(map(_text, loss.proof)),
            last_known=loss.last_known,
            held=tuple(loss.held),
            approver=word.approver,
            reason=word.reason,
        )
    rows = (msgspec.structs.replace(Mapper().to_row(e), epoch=before + 1) for e in restoration.collect_events())
    await store.append(Unit(rows=tuple(rows)))
    return before + 1


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
