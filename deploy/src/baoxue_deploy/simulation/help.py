"""Help for the children whose cases asked for it: needs, measures, money."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from baoxue_shared.clock import today

from baoxue_deploy.office import Desk, RefusedError
from baoxue_deploy.simulation.calendar import SEMESTERS, SemesterDays
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, Play, school_desk

APPROVER, PAYER, FINANCE = Desk("county-education-2"), Desk("payer"), Desk("finance")
NEEDS = {
    "poverty": ("economy", "living_allowance", 62_500),
    "left_behind": ("care", "boarding_bed", 0),
    "disability": ("health", "home_teaching", 0),
    "learning_difficulty": ("learning", "mentor", 0),
}
ALSO_PAID = {"left_behind": ("living_allowance", 31_250)}
FIRST_MONEY, MORE_MONEY = 200_000, 5_000_000  # fen; examples, not the county's own amounts
FOUND = "家访核实，符合条件"


class Help:
    """Plans that opened by themselves, on their way to a paid measure."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._known: set[str] = set()
        self.fund_id = ""

    def enter(self) -> None:
        """Into the agenda."""
        on = self.play.agenda.on
        on(date(2025, 9, 3), "finance", self.open_fund)
        for days in SEMESTERS:
            for weeks in (2, 3, 4):
                on(days.opens_on + timedelta(weeks=weeks), "help", partial(self.take_up, days))

    async def open_fund(self) -> None:
        body = {"source": "county", "budget_year": 2025, "amount": FIRST_MONEY}
        self.fund_id = (await self.play.send("aid", "/funds", body, of="fund", desk=FINANCE))["id"]

    async def take_up(self, days: SemesterDays) -> None:
        """Plans that opened since the last time."""
        plans = {p["child_id"]: p for p in await self.play.listed("aid", "/plans", state="open")}
        new = [child for child in self.play.in_order(list(plans)) if plans[child]["plan_id"] not in self._known]
        for child_id in new:
            self._known.add(plans[child_id]["plan_id"])
            self._begin(plans[child_id], days)

    def _begin(self, plan: dict[str, Any], days: SemesterDays) -> None:
        dimension, kind, amount = NEEDS[plan["cause"]]
        day, on = today(self.play.agenda.clock), self.play.agenda.on
        lane = f"plan/{self.play.roster[plan['child_id']].index}"
        on(day, lane, partial(self.assess, plan, dimension))
        on(day + timedelta(days=1), lane, partial(self.propose, plan, kind, amount, days))
        if plan["cause"] in ALSO_PAID:
            on(day + timedelta(days=1), lane, partial(self.propose, plan, *ALSO_PAID[plan["cause"]], days))

    def _of(self, plan: dict[str, Any], what: str) -> str:
        return f"plan/{self.play.roster[plan['child_id']].index}/{what}"

    async def assess(self, plan: dict[str, Any], dimension: str) -> None:
        body = {"dimension": dimension, "found": FOUND}
        desk = school_desk(plan["school_id"])
        await self.play.send("aid", f"/plans/{plan['plan_id']}/needs", body, of=self._of(plan, "need"), desk=desk)

    async def propose(self, plan: dict[str, Any], kind: str, amount: int, days: SemesterDays) -> None:
        body = {"kind": kind, "amount": amount, "period": days.name}
        path, of = f"/plans/{plan['plan_id']}/measures", self._of(plan, f"{kind}/{days.name}")
        answer = (await self.play.send("aid", path, body, of=of, desk=COUNTY_EDUCATION))["answer"]
        step, day, on = f"{path}/{answer['measure_id']}", today(self.play.agenda.clock), self.play.agenda.on
        order = self.play.roster[plan["child_id"]].index
        on(day + timedelta(days=3), f"approver/{order}", partial(self.approve, step, of))
        if amount:
            self.play.journal["payments wanted"] += 1
            on(day + timedelta(days=7), "payer", partial(self.pay, step, of, amount), order=order)

    async def approve(self, step: str, of: str) -> None:
        await self.play.send("aid", f"{step}/approval", {}, of=f"{of}/approval", desk=APPROVER)
        self.play.journal["measures approved"] += 1

    async def pay(self, step: str, of: str, amount: int) -> None:
        """The fund may be too small: finance adds money, and the payment is asked for again."""
        body = {"fund_id": self.fund_id, "paid_on": today(self.play.agenda.clock).isoformat()}
        try:
            await self.play.send("aid", f"{step}/payment", body, of=f"{of}/payment", desk=PAYER)
        except RefusedError as refused:
            if "FundTooSmallError" not in str(refused):
                raise
            more, path = {"amount": MORE_MONEY}, f"/funds/{self.fund_id}/appropriations"
            await self.play.send("aid", path, more, of=f"{of}/more", desk=FINANCE)
            self.play.journal["payments refused for lack of money"] += 1
            await self.play.send("aid", f"{step}/payment", body, of=f"{of}/payment/again", desk=PAYER)
        self.play.journal["payments"] += 1
        self.play.journal["paid fen"] += amount
