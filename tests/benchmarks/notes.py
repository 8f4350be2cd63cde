"""A small aggregate on the product's own path: metadata, request id, one sealed field."""

from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.command import Command, Recorded
from baoxue_shared.history.application import Application
from baoxue_shared.history.commands import command
from baoxue_shared.randomness import random_id
from baoxue_shared.sealed import Sealed

AREA = "220822100201"


class Note(Audited):
    """One child's note."""

    TOPIC = "bench.Note"

    class Written(Audited.Event, AggregateCreated):
        TOPIC = "bench.Note.Written"
        area: str
        child_id: UUID
        text: Sealed

    @event(Written)
    def __init__(self, area: str, child_id: UUID, text: Sealed) -> None:
        self.area, self.child_id, self.text = area, child_id, text

    class Amended(Audited.Event):
        TOPIC = "bench.Note.Amended"
        text: Sealed

    def amend(self, text: Sealed) -> None:
        self._amended(text)

    @event(Amended)
    def _amended(self, text: Sealed) -> None:
        self.text = text


class Write(Command):
    clause = "1.3"
    text: str


class Notes(Application):
    """Two commands of one event each."""

    @command
    async def write(self, command: Write) -> Recorded:
        child_id = random_id()
        sealed = self.seal(child_id, Note.Written.TOPIC, text=command.text)
        return await self.save(Note(AREA, child_id, sealed["text"]))

    @command
    async def amend(self, note_id: UUID, command: Write) -> Recorded:
        async with self.changing(Note, note_id) as note:
            sealed = self.seal(note.child_id, Note.Amended.TOPIC, text=command.text)
            note.amend(sealed["text"])
            return await self.save(note)
