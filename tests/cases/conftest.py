"""A school's desk in the cases service, on both stores."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from baoxue_shared.contracts.enrollment import CheckInMissed, SemesterOpened, ZoneDrawn
from baoxue_shared.testing.serving import VILLAGE, serving

SCHOOL = UUID(int=77)
TOWN = "220822100"


class Desk:
    """What a school does, in short."""

    SCHOOL, TOWN, VILLAGE = str(SCHOOL), TOWN, VILLAGE

    def __init__(self, served):
        self.served = served

    @staticmethod
    def zone(school=SCHOOL):
        return ZoneDrawn(
            area=TOWN, school_id=school, name="甲校", stage="nine_year", kind="central", township=TOWN, villages=(TOWN,)
        )

    @staticmethod
    def semester(name="2025-autumn", opens_on=date(2025, 9, 1)):
        return SemesterOpened(
            area="220822",
            year_id=UUID(int=5),
            semester=name,
            opens_on=opens_on,
            midpoint_on=date(2025, 11, 7),
            ends_on=date(2026, 1, 16),
        )

    @staticmethod
    def missed(child_id):
        return CheckInMissed(
            area=VILLAGE, child_id=child_id, school_id=SCHOOL, semester="2025-autumn", due_on=date(2025, 9, 5)
        )

    async def roll_call(self):
        """The path of the one that opened by itself."""
        await self.served.hear(self.zone())
        await self.served.hear(self.semester())
        rows = (await self.served.ask("/roll-calls", "school", school=self.SCHOOL))["rows"]
        return f"/roll-calls/{rows[0]['roll_call_id']}"

    async def list_absent(self, path, *children, **more):
        body = {"children": [{"child_id": str(c), "area": VILLAGE} for c in children], "listed_on": "2025-09-08"}
        return await self.served.post(f"{path}/list", body, "school", school=self.SCHOOL, **more)

    async def verify(self, path, child, cause="poverty"):
        body = {"child_id": str(child), "cause": cause, "verified_on": "2025-09-10"}
        return await self.served.post(f"{path}/causes", body, "school", school=self.SCHOOL)

    async def close(self, path):
        return await self.served.post(f"{path}/closing", {"closed_on": "2025-09-16"}, "school", school=self.SCHOOL)

    async def open_case(self, **more):
        body = {
            "child_id": str(uuid4()),
            "school_id": self.SCHOOL,
            "area": VILLAGE,
            "source": "public_report",
            "opened_on": "2025-09-02",
        }
        return await self.served.send("/cases", body | more, "county-education")


@pytest.fixture
async def desk(address, tmp_path, issuer):
    async with serving("cases", address("cases"), tmp_path, issuer) as served:
        yield Desk(served)
