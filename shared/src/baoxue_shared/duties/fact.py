"""What the engine reads: published contracts with their two times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import contract_types
from baoxue_shared.view import Heard

CONTRACTS: Mapping[str, type[Contract]] = {contract.__name__: contract for contract in contract_types().values()}
FIELDS = {
    "school": "school_id",
    "case": "case_id",
    "child": "child_id",
    "household": "household_id",
    "bearer": "body",
}


class Fact(msgspec.Struct, frozen=True):
    """A contract as heard: its class name, its fields as JSON values, when it was recorded and when it happened."""

    event_id: str
    kind: str
    recorded_at: datetime
    occurred_at: datetime
    area: str
    data: Mapping[str, object]

    def value(self, name: str) -> str:
        """The value of a name that duties are counted by; `area` is the township."""
        return self.area[:9] if name == "area" else str(self.data[FIELDS.get(name, name)])

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.occurred_at, self.recorded_at, self.event_id)


def fact_of(heard: Heard) -> Fact:
    """The fact in a heard contract."""
    body: Contract = heard.body
    data = body.model_dump(mode="json")
    return Fact(heard.event_id, type(body).__name__, heard.recorded_at, heard.occurred_at, body.area, data)


def has_name(kind: str, name: str) -> bool:
    """Whether facts of this kind tell the name's value."""
    return FIELDS.get(name, name) in CONTRACTS[kind].model_fields


class Cut(msgspec.Struct, frozen=True):
    """An instant to look from: what had been recorded by then, or what had happened by then."""

    at: datetime
    by: Literal["recorded", "occurred"] = "recorded"

    def knows(self, fact: Fact) -> bool:
        return (fact.recorded_at if self.by == "recorded" else fact.occurred_at) <= self.at
