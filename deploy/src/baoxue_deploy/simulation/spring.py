"""March to August of one year: school year, survey, summary, plan, placement, notices."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from baoxue_shared.divisions import townships_of

from baoxue_deploy.office import Desk
from baoxue_deploy.simulation.calendar import COUNTY, ENDS
from baoxue_deploy.simulation.frame import Frame
from baoxue_deploy.simulation.people import LAST_ENTRY, PRIMARY, Child
from baoxue_deploy.simulation.play import COUNTY_EDUCATION, GOVERNMENT, Play, township_desk
from baoxue_deploy.simulation.registers import household_register, migrant, pupil_register, residence_permits

CHANNELS = ("walls", "newspaper", "tv", "radio", "phone")
TASKS = (
    ("education", "汇总应入学儿童，制定招生计划"),
    ("public-security", "核对未入户和身份信息有误的儿童"),
    ("civil-affairs", "救助家庭经济困难学生"),
    ("justice", "法治宣传和法律援助"),
    ("human-resources", "检查违法使用童工"),
    ("disabled-federation", "核对残疾儿童少年"),
    ("finance", "落实补助资金"),
)
UNREACHED = 0.03
LATE_TOWNSHIP, INCOMPLETE_TOWNSHIP = "220822204", "220822207"
LATE_PAPERS, NEVER_SERVED, WHEREABOUTS_UNKNOWN = 0.03, 0.01, 0.005
DEEMED_AFTER = timedelta(days=30)  # a public notice counts as served then (民事诉讼法 95)
SPOILED = 2  # papers of the first print run


class Spring:
    """Everything before September of `year`."""

    def __init__(self, play: Play, year: int) -> None:
        self.play, self.year = play, year
        self.year_id = ""

    def enter(self) -> None:
        """Into the agenda."""
        on, year = self.play.agenda.on, self.year
        first_of_april = date(year, 4, 1)
        on(date(year, 3, 3), "county", self.open_year)
        for n, channel in enumerate(CHANNELS):
            on(date(year, 3, 10 + n), "county", partial(self.publicity, channel))
        on(first_of_april, "county", self.registers)
        for township in townships_of(COUNTY):
            on(date(year, 4, 2), f"township/{township}", partial(self.open_survey, township))
        Frame(self).enter()
        on(date(year, 6, 10), "county", self.place)
        on(date(year, 6, 11), "county", self.issue)
        on(date(year, 6, 12), "county", self.reprint)
        on(date(year, 6, 20), "county", self.serve)

    async def send(
        self, path: str, body: dict[str, Any] | bytes, of: str, desk: Desk = COUNTY_EDUCATION
    ) -> dict[str, Any]:
        return await self.play.send("enrollment", path, body, of=f"{self.year}/{of}", desk=desk)

    async def open_year(self) -> None:
        self.year_id = str((await self.send("/school-years", {"year": self.year}, "year"))["id"])
        for school in self.play.people.schools:
            zone = {"school_id": str(school.school_id), "name": school.name, "stage": school.stage}
            area = {"kind": school.kind, "township": school.township, "villages": school.villages}
            await self.send("/zones", {**zone, **area}, f"zone/{school.school_id}")
        tasks = [{"department": department, "task": task} for department, task in TASKS]
        study = {"held_on": date(self.year, 3, 3).isoformat(), "tasks": tasks}
        await self.send(f"/school-years/{self.year_id}/study", study, "study", desk=GOVERNMENT)

    async def publicity(self, channel: str) -> None:
        day = date(self.year, 3, 10 + CHANNELS.index(channel)).isoformat()
        body = {"area": COUNTY, "channel": channel, "recorded_on": day}
        await self.send(f"/school-years/{self.year_id}/publicity", body, f"publicity/{channel}")

    @property
    def children(self) -> list[Child]:
        """Those of the household register of this spring: up to the entrants of September."""
        return [c for c in self.play.people.children if c.enters <= self.year]

    async def registers(self) -> None:
        imported = await self.send("/registers/households", household_register(self.children), "households")
        if "错误原因" not in str(imported["errors"]):
            raise AssertionError(imported)
        if any(map(migrant, self.children)):
            await self.send("/registers/residence-permits", residence_permits(self.children), "permits")
        self.play.journal["children"] = len(self.children)
        await self.play.learn_roster()
        if self.year < LAST_ENTRY:
            year = self.year - 1
            await self.send(f"/registers/pupils?year={year}", pupil_register(self.play.people, year), "pupils")

    async def open_survey(self, township: str) -> None:
        opening = {"year": self.year, "township": township, "opened_on": date(self.year, 4, 2).isoformat()}
        desk = township_desk(township)
        await self.send("/surveys", opening, f"survey/{township}", desk=desk)
        rows = await self.play.listed("enrollment", "/households", desk=desk, year=self.year)
        households = sorted((r["household_id"] for r in rows), key=lambda h: self.play.households[h])
        random = self.play.random(self.year, "survey", township)
        unreached = [h for h in households if random.random() < UNREACHED]
        reached = [h for h in households if h not in set(unreached)]
        on, lane = self.play.agenda.on, f"township/{township}"
        for part in range(3):
            day = date(self.year, 4, 8 + 5 * part)
            on(day, lane, partial(self.survey, township, reached[part::3], day))
        if township == INCOMPLETE_TOWNSHIP:  # nobody confirms those who were not met
            left, unreached = unreached[:2], unreached[2:]
            self.play.journal["finding D-2.1-april-survey"] += bool(left)
        on(date(self.year, 4, 22), lane, partial(self.confirm, township, unreached))
        late = township == LATE_TOWNSHIP
        self.play.journal["finding D-2.1-april-survey"] += late
        on(date(self.year, 5, 2) if late else date(self.year, 4, 24), lane, partial(self.close_survey, township))

    async def survey(self, township: str, households: list[str], day: date) -> None:
        if households:
            body = {"year": self.year, "surveyed_on": day.isoformat(), "households": households}
            await self.send("/household-surveys", body, f"surveyed/{township}/{day}", desk=township_desk(township))
            self.play.journal[f"surveyed {self.year}"] += len(households)

    async def confirm(self, township: str, households: list[str]) -> None:
        if households:
            day = date(self.year, 4, 22).isoformat()
            body = {"year": self.year, "confirmed_on": day, "attempts": 3, "households": households}
            desk = township_desk(township)
            await self.send("/household-confirmations", body, f"confirmed/{township}", desk=desk)
            self.play.journal[f"confirmed {self.year}"] += len(households)

    async def close_survey(self, township: str) -> None:
        day = date(self.year, 5, 2) if township == LATE_TOWNSHIP else date(self.year, 4, 24)
        body = {"year": self.year, "township": township, "closed_on": day.isoformat()}
        await self.send("/surveys/closings", body, f"closed/{township}", desk=township_desk(township))

    async def place(self) -> None:
        at = self.play.offices.positions["enrollment"]
        await self.send(f"/placements/proposals?min_position={at}", {"year": self.year, "area": COUNTY}, "place")

    async def issue(self) -> None:
        at = self.play.offices.positions["enrollment"]
        opening = date(self.year, 9, 5).isoformat()
        body = {"year": self.year, "area": COUNTY, "report_on": opening}
        await self.send(f"/notices/issuing?min_position={at}", body, "issue")
        due = [c for c in self.children if c.grade(self.year) in {1, PRIMARY + 1}]
        self.play.journal[f"issued {self.year}"] = len(due)

    async def reprint(self) -> None:
        """Spoiled papers are issued anew under the next numbers."""
        rows = await self.play.listed("enrollment", "/notices", year=self.year)
        notices = {r["child_id"]: r["notice_id"] for r in rows}
        days = {"reissued_on": date(self.year, 6, 12).isoformat(), "report_on": date(self.year, 9, 5).isoformat()}
        for n, child_id in enumerate(self.play.in_order(list(notices))[:SPOILED]):
            path = f"/notices/{notices[child_id]}/reissue"
            await self.send(path, {"ground": "spoiled", **days}, f"reissued/{n}")

    async def serve(self) -> None:
        """Townships hand them out in June; some come late by post, some by public notice, some are never served."""
        rows = await self.play.listed("enrollment", "/notices", year=self.year)
        notices = {r["child_id"]: r["notice_id"] for r in rows}
        late: list[str] = []
        gone: list[str] = []
        for township in townships_of(COUNTY):
            here = self.play.in_order([c for c in notices if self.play.roster[c].village.startswith(township)])
            random = self.play.random(self.year, "service", township)
            chances = {child_id: random.random() for child_id in here}
            late += [notices[c] for c in here if NEVER_SERVED < chances[c] < NEVER_SERVED + LATE_PAPERS]
            gone += [notices[c] for c in here if chances[c] < WHEREABOUTS_UNKNOWN]
            now = [notices[c] for c in here if chances[c] >= NEVER_SERVED + LATE_PAPERS]
            act = partial(self.hand_out, township, now)
            self.play.agenda.on(date(self.year, 6, 20 + int(township[-1])), f"township/{township}", act)
        self.play.agenda.on(date(self.year, 7, 20), "county", partial(self.post, late))
        self.play.agenda.on(date(self.year, 7, 22), "county", partial(self.announce, gone))

    async def hand_out(self, township: str, notices: list[str]) -> None:
        if notices:
            day = date(self.year, 6, 20 + int(township[-1])).isoformat()
            body = {"method": "in_hand", "served_on": day, "notices": notices}
            await self.send("/notices/services", body, f"served/{township}", desk=township_desk(township))
            self.play.journal[f"served {self.year}"] += len(notices)

    async def post(self, notices: list[str]) -> None:
        if notices:
            day, proof = date(self.year, 7, 20).isoformat(), {"receipt": f"交寄清单 {self.year}-07-20"}
            body = {"method": "posted", "served_on": day, "proof": proof, "notices": notices}
            await self.send("/notices/services", body, "posted")
            self.play.journal[f"served {self.year}"] += len(notices)

    async def announce(self, notices: list[str]) -> None:
        """Nobody knows where they are: by public notice, served thirty days later."""
        day = date(self.year, 7, 22).isoformat()
        failed = {"method": "in_hand", "tried_on": day, "cause": "whereabouts-unknown"}
        proof = {"published_in": "县政府网站", "reason": "下落不明"}
        for n, notice in enumerate(notices):
            await self.send(f"/notices/{notice}/undeliverable", failed, f"undeliverable/{n}")
            body = {"method": "public_notice", "served_on": day, "proof": proof}
            await self.send(f"/notices/{notice}/service", body, f"announced/{n}")
            self.play.journal[f"served {self.year}"] += date.fromisoformat(day) + DEEMED_AFTER < ENDS
