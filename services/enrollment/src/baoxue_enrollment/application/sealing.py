"""One text, sealed for one field of the event that will hold it."""

from uuid import UUID

from baoxue_shared.audited import Audited
from baoxue_shared.history.application import Application
from baoxue_shared.sealed import Sealed


def seal_one(application: Application, child_id: UUID, event: type[Audited.Event], name: str, text: str) -> Sealed:
    """ErasedChildError."""
    topic: str = event.TOPIC  # type: ignore[attr-defined]
    return application.seal(child_id, topic, **{name: text})[name]
