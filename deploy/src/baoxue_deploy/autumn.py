"""What schools do for the children that did not come: each case as it went."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

from baoxue_deploy.office import Desk, Offices
from baoxue_deploy.world import CAUSES, FOUND

RETURNING = 0.8
CLOSED_ON = date(2025, 10, 31)


class Autumn:
    """`states` is what the simulation expects the cases to be in at the end."""

    def __init__(self, offices: Offices, seed: int) -> None:
        self._offices, self._seed = offices, seed
        self.states: Counter[str] = Counter()

    async def live(self, number: int, case: dict[str, Any]) -> None:
        """From the case that opened by itself to its end."""
        random = Random(self._seed * 100_003 + number)
        desk = Desk("school", school=case["school_id"])
        steps = iter(range(100))

        async def act(room: str, **body: str | bool) -> None:
            request_id = f"autumn/{self._seed}/{number}/{next(steps)}"
            await self._offices.send(
                "cases", f"/cases/{case['case_id']}/{room}", body, request_id=request_id, desk=desk
            )

        day = date.fromisoformat(case["opened_on"])
        await act("responsible", person=f"dev:teacher:{case['school_id']}", since=(day + timedelta(days=1)).isoformat())
        await act("contacts", reached=random.random() < RETURNING, attempted_on=(day + timedelta(days=1)).isoformat())
        await act("visits", visited_on=(day + timedelta(days=2)).isoformat(), found=random.choice(FOUND))
        await act("causes", cause=random.choice(CAUSES))
        refusals = random.randint(0, 2)
        for round_ in range(refusals):
            day += timedelta(days=7)
            await act("persuasions", outcome="refused", concluded_on=day.isoformat())
            for to in ("county_education", "township_of_residence"):
                await act("reports", report_number=f"报〔2025〕{round_ + 1}", to=to, delivered_on=day.isoformat())
        if random.random() > RETURNING:
            self.states["report_sent" if refusals else "verifying"] += 1
            return
        await act("return", returned_on=(day + timedelta(days=3)).isoformat())
        await act("closing", outcome="returned", closed_on=CLOSED_ON.isoformat())
        self.states["closed"] += 1
