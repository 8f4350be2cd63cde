"""The base of commands: frozen, strict about unknown fields, with the clause they rest on."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Command(BaseModel):
    """A wish to act, in the imperative: `OpenCase`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    clause: ClassVar[str | None] = None  # of the notice or a statute: "1.3", "YJF 58"

    occurred_at: AwareDatetime | None = None  # when it happened, if not now

    def happened_at(self) -> datetime | None:
        return self.occurred_at


class Recorded(BaseModel):
    """The answer to a command: what it changed, and the position in the history that holds it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    position: int
    answer: dict[str, object] | None = None  # e.g. counts of an import
