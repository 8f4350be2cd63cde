"""A small county on the real history: its offices over HTTP, its views following."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from baoxue_enrollment.main import build
from baoxue_shared.clock import FixedClock, shanghai
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.follower import Follower, prepare_view
from baoxue_shared.messaging.handling import ViewHandling
from baoxue_shared.service import Parts, World, open_world
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.tasks import end
from baoxue_shared.testing.issuer import RunningIssuer

HEADS = "户号,姓名,性别,身份证号,出生日期,户籍地代码,与户主关系,监护人姓名,监护人电话,特殊群体"
VILLAGE = "220822100201"
TOWNSHIP = "220822100"


def id_number(born_on: date, order: int, area: str = "220822") -> str:
    """A made-up number with a right check digit."""
    body = f"{area}{born_on:%Y%m%d}{order:03d}"
    check = (1 - 2 * int(body, 13)) % 11
    return body + ("X" if check == 10 else str(check))


def row(order: int, born_on: date, *, village: str = VILLAGE, name: str | None = None) -> str:
    sex = "男" if order % 2 else "女"
    who = name or f"测试童{order}"
    number = id_number(born_on, order)
    return f"H{order // 2},{who},{sex},{number},{born_on},{village},子女,监护人{order},1380431{order:04d},低保"


def register(count: int, born_on: date = date(2019, 3, 5), *, village: str = VILLAGE, first: int = 1) -> str:
    return "\n".join([HEADS, *(row(n, born_on, village=village) for n in range(first, first + count))]) + "\n"


class Office:
    """The county's people at their desks."""

    def __init__(self, world: World, parts: Parts, issuer: RunningIssuer, client: httpx.AsyncClient) -> None:
        self.world, self.parts, self._issuer, self.client = world, parts, issuer, client
        self.clock: FixedClock = world.clock  # type: ignore[assignment]
        self.last = 0
        self.school = str(uuid4())
        self.junior = str(uuid4())

    def token(self, role: str, school: str | None = None, area: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._issuer.token(role, school, area)}"}

    async def post(self, path: str, body: Any, role: str = "county-education", **more: Any) -> httpx.Response:
        headers = self.token(role, more.get("school"), more.get("area"))
        headers["Idempotency-Key"] = more.get("key") or str(uuid4())
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        join = "&" if "?" in path else "?"
        return await self.client.post(f"{path}{join}min_position={self.last}", headers=headers, timeout=50, **content)

    async def send(self, path: str, body: Any, role: str = "county-education", **more: Any) -> dict[str, Any]:
        """A command that must succeed."""
        response = await self.post(path, body, role, **more)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        self.last = max(self.last, answer["position"])
        return answer

    async def ask(self, path: str, role: str = "county-education", **params: Any) -> Any:
        headers = self.token(role, params.pop("school", None), params.pop("of", None))
        response = await self.client.get(path, params={**params, "min_position": self.last}, headers=headers)
        assert response.is_success, response.text
        return response.json()

    async def gaps(self, kind: str, **params: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await self.ask("/gaps", kind=kind, **params))["rows"]
        return rows

    async def open_year(self, year: int = 2025) -> str:
        year_id: str = (await self.send("/school-years", {"year": year}))["id"]
        return year_id

    async def draw_zones(self) -> None:
        for school, name, stage in ((self.school, "开通镇中心校", "primary"), (self.junior, "通榆四中", "junior")):
            zone = {"school_id": school, "name": name, "stage": stage, "kind": "central"}
            await self.send("/zones", {**zone, "township": TOWNSHIP, "villages": [TOWNSHIP]})

    async def import_households(self, text: str, role: str = "county-education", **more: Any) -> dict[str, Any]:
        return await self.send("/registers/households", text.encode(), role, **more)

    async def notices(self, count: int, report_on: str = "2025-08-31") -> list[dict[str, Any]]:
        """So many children due, placed, with their notices."""
        await self.draw_zones()
        await self.import_households(register(count))
        await self.send("/placements/proposals", {"year": 2025, "area": "220822"})
        await self.send("/notices/issuing", {"year": 2025, "area": "220822", "report_on": report_on})
        rows: list[dict[str, Any]] = (await self.ask("/notices", year=2025))["rows"]
        return rows

    async def serve(self, notices: list[dict[str, Any]]) -> None:
        ids = [notice["notice_id"] for notice in notices]
        body = {"method": "in_hand", "served_on": "2025-07-01", "notices": ids}
        await self.send("/notices/services", body, "township")

    async def open_autumn(self, year_id: str) -> None:
        days = {
            "opens_on": "2025-08-25",
            "report_on": "2025-08-31",
            "midpoint_on": "2025-11-01",
            "ends_on": "2026-01-10",
        }
        await self.send(f"/school-years/{year_id}/semesters", {"semester": "2025-autumn", **days})
        await self.send("/pupils/expectations", {"semester": "2025-autumn"})

    async def check_in(self, children: list[str], school: str | None = None) -> dict[str, Any]:
        body = {"semester": "2025-autumn", "checked_in_on": "2025-08-30", "children": children}
        answer: dict[str, Any] = (await self.send("/check-ins", body, "school", school=school or self.school))["answer"]
        return answer


class Registers:
    """What tests need to write an office's file."""

    HEADS = HEADS
    id_number = staticmethod(id_number)
    row = staticmethod(row)
    register = staticmethod(register)


@pytest.fixture
def registers() -> type[Registers]:
    return Registers


@pytest.fixture
async def office(tmp_path: Path, issuer: RunningIssuer, address: Any) -> AsyncIterator[Office]:
    async with working_office(tmp_path / "keys", issuer, address("enrollment")) as one:
        yield one


@pytest.fixture
async def another_office(tmp_path: Path, issuer: RunningIssuer) -> AsyncIterator[Office]:
    """With a history and keys of its own."""
    store = f"sqlite:///{tmp_path / 'another.sqlite3'}"
    migrate_store(store, "enrollment")
    async with working_office(tmp_path / "other-keys", issuer, store) as one:
        yield one


@asynccontextmanager
async def working_office(keys: Path, issuer: RunningIssuer, store: str) -> AsyncIterator[Office]:
    settings = ServiceSettings(  # type: ignore[call-arg]
        store=store,
        nats_url="nats://127.0.0.1:18800",
        issuer=issuer.url,
        keys=keys,
        county="220822",
        port=18801,
    )
    world = open_world("enrollment", settings)
    world.clock = FixedClock(shanghai(date(2025, 4, 1), 9))
    parts = build(world)
    world.views = tuple(view.name for view in parts.views)
    followers = []
    for view in parts.views:
        await prepare_view(world.store, view)
        committing = Committing(world.store, view.name, "enrollment", ViewHandling(view), world.clock)
        world.committings.append(committing)
        followers.append(asyncio.create_task(Follower(committing).run()))
    transport = httpx.ASGITransport(app=parts.api)
    async with httpx.AsyncClient(transport=transport, base_url="http://enrollment") as client:
        yield Office(world, parts, issuer, client)
    await end(followers)
    await world.store.close()
    world.sealer.close()
