"""The duty ledger: the engine, kept up with the facts that were heard."""

import json
from datetime import datetime

from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.actor import Actor
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.duties import Cut, DutyState, Engine, Fact, load_catalogue
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Place

PAGE = 5000


def fact_from(row: Record) -> Fact:
    """A line of the ledger as the engine reads it."""
    return Fact(
        event_id=str(row["event_id"]),
        kind=str(row["kind"]),
        recorded_at=datetime.fromisoformat(str(row["recorded_at"])),
        occurred_at=datetime.fromisoformat(str(row["occurred_at"])),
        area=str(row["area"]),
        data=json.loads(str(row["data"])),
    )


class Ledger:
    """职责台账: fed from the read model, so that a restart, or another process, comes to the same answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reached: dict[str, Place] = dict.fromkeys(SERVICES, (0, 0))
        self.engine = Engine(load_catalogue())
        self._answered: tuple[object, list[DutyState]] = (None, [])  # the last cut: its next page is asked for soon

    async def catch_up(self) -> None:
        """Feed what came since the last time."""
        for publisher in SERVICES:
            while rows := await self._page(publisher):
                for row in rows:
                    self.engine.feed(fact_from(row))
                self._reached[publisher] = int(str(rows[-1]["epoch"])), int(str(rows[-1]["position"]))

    async def _page(self, publisher: str) -> list[Record]:
        epoch, after = self._reached[publisher]
        return await self._store.fetch(
            "select event_id, kind, epoch, position, recorded_at, occurred_at, area, data from ledger_facts"
            " where publisher = :publisher and (epoch, position) > (:epoch, :after)"
            " order by epoch, position limit :page",
            {"publisher": publisher, "epoch": epoch, "after": after, "page": PAGE},
        )

    async def states(self, reader: Actor, cut: Cut) -> list[DutyState]:
        """Inside the reader's reach, as of the cut."""
        await self.catch_up()
        asked = (cut, *self._reached.values())
        if self._answered[0] != asked:
            self._answered = (asked, self.engine.states(cut))
        return [state for state in self._answered[1] if sees(reader, state)]


def sees(reader: Actor, state: DutyState) -> bool:
    """Schools see their own duties; everybody else those in the own area."""
    if reader.role in SCHOOL_ROLES:
        return state.bearer == reader.organisation
    return state.area.startswith(reader.jurisdiction)
