"""What was done in one go: an import, a bulk command; its counts answer the repeated request."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from uuid import UUID, uuid4

from baoxue_shared.audited import AggregateCreated, Audited, event


class BulkEntry(Audited):
    """批量办理: who did which bulk act, and how many rows it changed."""

    TOPIC = "enrollment.BulkEntry"

    class Made(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.BulkEntry.Made"
        area: str
        operation: str
        accepted: int
        unchanged: int
        refused: int
        school_id: UUID | None = None

    @event(Made)
    def __init__(
        self, area: str, operation: str, accepted: int, unchanged: int, refused: int, school_id: UUID | None = None
    ) -> None:
        self.area, self.operation, self.school_id = area, operation, school_id
        self.counts = (accepted, unchanged, refused)

    @staticmethod
    def create_id() -> UUID:
        return uuid4()
