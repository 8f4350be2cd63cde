"""The May plan: what each school needs and has, what lacks, and how the plan was followed up."""

from datetime import date
from uuid import UUID

import msgspec
from baoxue_shared.audited import AggregateCreated, Audited, event


class SchoolNeeds(msgspec.Struct, frozen=True):
    """Of one school for the coming year: `has` includes what the plan allocates; None: nobody stated it."""

    school_id: UUID
    area: str  # the school's township
    what: str  # places_grade_1, places_grade_7, beds, bus_seats, posts
    needed: int
    has: int | None

    @property
    def lacks(self) -> int:
        return max(0, self.needed - self.has) if self.has is not None else 0


class Allocation(msgspec.Struct, frozen=True):
    """What the plan gives a school beyond what it has."""

    school_id: UUID
    what: str
    count: int


class EnrollmentPlan(Audited):
    """招生入学、复学、保学工作计划 of one county and year."""

    TOPIC = "enrollment.EnrollmentPlan"

    class Drawn(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.EnrollmentPlan.Drawn"
        area: str
        year_id: UUID
        year: int
        allocations: tuple[Allocation, ...]
        needs: tuple[SchoolNeeds, ...]  # as reckoned on that day
        lacking: int  # places, beds, seats, posts that are still missing
        adopted_on: date

    class FollowedUp(Audited.Event):
        """`body`: the township (code) or department that was urged."""

        TOPIC = "enrollment.EnrollmentPlan.FollowedUp"
        area: str
        year_id: UUID
        year: int
        body: str
        progress: str
        followed_up_on: date

    @event(Drawn)
    def __init__(  # noqa: PLR0913, PLR0917 - an event's facts
        self,
        id: UUID,
        area: str,
        year_id: UUID,
        year: int,
        allocations: tuple[Allocation, ...],
        needs: tuple[SchoolNeeds, ...],
        lacking: int,
        adopted_on: date,
    ) -> None:
        self.area, self.year_id, self.year = area, year_id, year

    def follow_up(self, body: str, progress: str, followed_up_on: date) -> None:
        """As often as there is something to say."""
        self._followed_up(self.area, self.year_id, self.year, body, progress, followed_up_on)

    @event(FollowedUp)
    def _followed_up(  # noqa: PLR0913, PLR0917 - an event's facts
        self, area: str, year_id: UUID, year: int, body: str, progress: str, followed_up_on: date
    ) -> None:
        pass
