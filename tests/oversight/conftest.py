"""A supervisor's desk in the oversight service, on both stores, with a small county told to it."""

from datetime import date
from uuid import UUID

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.contracts import aid, cases, enrollment
from baoxue_shared.testing.serving import VILLAGE, serving

SCHOOL, TOWN = UUID(int=77), "220822100"
CITY = "city-education"


class Desk:
    """What supervisors do, in short."""

    SCHOOL, TOWN, VILLAGE = str(SCHOOL), TOWN, VILLAGE

    def __init__(self, served):
        self.served = served

    async def county_opens(self):
        """A school, a semester, in August; before it the year."""
        hear = self.served.hear
        await hear(enrollment.YearOpened(area="220822", year_id=UUID(int=9), year=2025), day=date(2025, 5, 2))
        zone = {"school_id": SCHOOL, "name": "甲校", "stage": "nine_year", "kind": "central", "township": TOWN}
        await hear(enrollment.ZoneDrawn(area=TOWN, **zone, villages=(TOWN,)), day=date(2025, 5, 2))
        semester = enrollment.SemesterOpened(
            area="220822",
            year_id=UUID(int=9),
            semester="2025-autumn",
            opens_on=date(2025, 9, 1),
            midpoint_on=date(2025, 11, 7),
            ends_on=date(2026, 1, 16),
        )
        await hear(semester, day=date(2025, 8, 20))

    async def child(self, number, village=VILLAGE):
        child_id = UUID(int=1000 + number)
        await self.served.hear(enrollment.ChildRecorded(area=village, child_id=child_id), day=date(2025, 9, 1))
        return child_id

    async def case(self, child_id, day=date(2025, 9, 6)):
        opened = cases.DropoutCaseOpened(
            area=VILLAGE,
            case_id=UUID(int=child_id.int + 1),
            child_id=child_id,
            school_id=SCHOOL,
            source="check_in_missed",
            opened_on=day,
        )
        await self.served.hear(opened, day=day)

    async def assigned(self, child_id, day):
        assigned = cases.ResponsibleAssigned(
            area=VILLAGE,
            case_id=UUID(int=child_id.int + 1),
            child_id=child_id,
            school_id=SCHOOL,
            person="t1",
            since=day,
        )
        await self.served.hear(assigned, day=day)

    async def released(self, child_id, day):
        known = {"case_id": UUID(int=child_id.int + 1), "child_id": child_id, "school_id": SCHOOL, "person": "t1"}
        await self.served.hear(cases.ResponsibleReleased(area=VILLAGE, until=day, **known), day=day)

    async def paid(self, child_id, amount, day=date(2025, 10, 1)):
        paid = aid.MoneyPaid(
            area=VILLAGE,
            fund_id=UUID(int=1),
            plan_id=UUID(int=2),
            measure_id=UUID(int=3),
            child_id=child_id,
            amount=amount,
            paid_on=day,
        )
        await self.served.hear(paid, day=day)

    async def pass_day(self, day):
        """The deadline clock, at the first instant of a day."""
        self.served.clock.instant = max(self.served.clock.instant, shanghai(day))
        await self.served.parts.deadlines.pass_day(day)

    async def duties(self, role=CITY, **query):
        return (await self.served.ask("/duties", role, limit=1000, **query))["rows"]

    async def findings(self, role=CITY, **query):
        return (await self.served.ask("/findings", role, **query))["rows"]

    async def issue(self, role="school", **body):
        month = {"level": "central_school", "body": self.SCHOOL, "period": "2025-09"}
        more = {"school": self.SCHOOL} if role == "school" else {}
        return await self.served.post("/bulletins", month | body, role, **more)


@pytest.fixture
async def desk(address, tmp_path, issuer):
    async with serving("oversight", address("oversight"), tmp_path, issuer) as served:
        yield Desk(served)
