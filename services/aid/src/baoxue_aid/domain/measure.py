"""What helps a child: its kind, its amount, and how far it has come."""

from typing import Literal

import msgspec

Dimension = Literal["economy", "care", "health", "learning", "mind", "way"]
Kind = Literal[
    "living_allowance",
    "boarding_bed",
    "lunch",
    "school_bus",
    "mentor",
    "counselling",
    "home_teaching",
    "vocational_course",
    "social_assistance",
    "donation",
    "senior_high_fee_waiver",
]


class Measure(msgspec.Struct):
    """A measure as the plan stands; money in fen."""

    kind: str
    amount: int
    period: str
    proposed_by: str
    approved_by: str | None = None
    paid_by: str | None = None

    @property
    def state(self) -> str:
        """`proposed`, `approved`, `paid`."""
        if self.paid_by is not None:
            return "paid"
        return "proposed" if self.approved_by is None else "approved"
