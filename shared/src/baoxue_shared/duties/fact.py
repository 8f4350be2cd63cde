"""What the engine reads: published contracts with their two times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from baoxue_shared.contracts.base import Contract
from baoxue_shared.duties.kinds import Teller, teller
from baoxue_shared.view import Heard


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A contract as heard: its class name, its fields as JSON values, when it was recorded and when it happened."""

    event_id: str
    kind: str
    recorded_at: datetime
    occurred_at: datetime
    area: str
    data: Mapping[str, object]

    def value(self, name: str) -> str:
        """The value of a name that duties are counted by."""
        told = teller(self.kind, name)
        return "" if told is None else self.told(told)

    def told(self, told: Teller) -> str:
        return self.area[:told] if isinstance(told, int) else str(self.data.get(told))

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.occurred_at, self.recorded_at, self.event_id)


def fact_of(heard: Heard) -> Fact:
    """The fact in a heard contract."""
    body: Contract = heard.body
    data = body.model_dump(mode="json")
    return Fact(heard.event_id, type(body).__name__, heard.recorded_at, heard.occurred_at, body.area, data)


class Cut(msgspec.Struct, frozen=True):
    """An instant to look from: what had been recorded by then, or what had happened by then."""

    at: datetime
    by: Literal["recorded", "occurred"] = "recorded"

    def knows(self, fact: Fact) -> bool:
        return (fact.recorded_at if self.by == "recorded" else fact.occurred_at) <= self.at
