"""Reading a child's file is recorded too."""

from uuid import UUID

from baoxue_shared.actor import Actor, current_acting
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Statement


class ReadLog:
    """阅档记录: append-only, durable before the reader gets the file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record(self, reader: Actor, child_id: UUID, what: str) -> None:
        acting = current_acting.get()
        await self._store.execute(
            [
                Statement(
                    f"insert into {self._store.service}_read_log"
                    " (at, subject, role, organisation, jurisdiction, child_id, what, request_id)"
                    " values (:at, :subject, :role, :organisation, :jurisdiction, :child_id, :what, :request_id)",
                    {
                        "at": acting.clock.now().isoformat(),
                        "subject": reader.subject,
                        "role": reader.role,
                        "organisation": reader.organisation,
                        "jurisdiction": reader.jurisdiction,
                        "child_id": str(child_id),
                        "what": what,
                        "request_id": acting.request_id,
                    },
                )
            ]
        )
