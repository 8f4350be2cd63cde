"""A population register that came in: it is to be compared with the others within its days."""

from typing import Literal
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event

Kind = Literal["household", "residence_permit"]


class ImportedRegister(Audited):
    """登记表: one file, however often it is sent; every township that it covers has it to reconcile."""

    TOPIC = "enrollment.ImportedRegister"

    class Imported(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.ImportedRegister.Imported"
        area: str
        register_id: UUID
        kind: Kind
        sha256: str

    class TownshipCovered(Audited.Event):
        TOPIC = "enrollment.ImportedRegister.TownshipCovered"
        area: str
        register_id: UUID
        kind: Kind

    @event(Imported)
    def __init__(self, id: UUID, area: str, register_id: UUID, kind: Kind, sha256: str) -> None:
        self.area, self.kind, self.sha256 = area, kind, sha256
        self.townships: set[str] = set()

    def cover(self, township: str) -> None:
        """Nothing new for one that is covered already."""
        if township not in self.townships:
            self._covered(township, self.id, self.kind)

    @event(TownshipCovered)
    def _covered(self, area: str, register_id: UUID, kind: Kind) -> None:
        self.townships.add(area)
