"""One service on a real store for tests: its HTTP interface, its views following, contracts told to it by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from baoxue_shared.clock import FixedClock, shanghai
from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.history.store import Record
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.follower import Follower, prepare_view
from baoxue_shared.messaging.handling import Handling
from baoxue_shared.messaging.telling import Told
from baoxue_shared.service import Parts, World, open_world
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.tasks import end
from baoxue_shared.testing.issuer import RunningIssuer
from baoxue_shared.view import Heard
from baoxue_shared.working import handlings_of

COUNTY, VILLAGE = "220822", "220822100201"


class Served:
    """`clock` stands still until a test moves it; queries see the own commands."""

    def __init__(self, world: World, parts: Parts, issuer: RunningIssuer, client: httpx.AsyncClient) -> None:
        self.world, self.parts, self._issuer, self.client = world, parts, issuer, client
        self.clock: FixedClock = world.clock  # type: ignore[assignment]
        self.last = 0
        self._told = count(1)
        self._readers: dict[str, list[Committing]] = {}

    def headers(self, role: str, school: str | None = None, area: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._issuer.token(role, school, area)}"}

    async def post(self, path: str, body: Any, role: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        """`school`, `area`: whose person acts; `key`: Idempotency-Key; `match`: If-Match."""
        headers = self.headers(role, more.get("school"), more.get("area"))
        headers["Idempotency-Key"] = more.get("key") or str(uuid4())
        if "match" in more:
            headers["If-Match"] = f'"{more["match"]}"'
        return await self.client.post(path, json=body, headers=headers, timeout=50)

    async def send(self, path: str, body: Any, role: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """A command that must succeed."""
        response = await self.post(path, body, role, **more)
        if not response.is_success:
            raise AssertionError(response.text)
        answer: dict[str, Any] = response.json()
        self.last = max(self.last, answer["position"])
        return answer

    async def ask(self, path: str, role: str = "county-education", **params: Any) -> Any:  # noqa: ANN401 - JSON
        """A query that must succeed, after all that was recorded so far."""
        headers = self.headers(role, params.pop("school", None), params.pop("of", None))
        last = await self.world.store.last_position()
        response = await self.client.get(path, params={**params, "min_position": last}, headers=headers)
        if not response.is_success:
            raise AssertionError(response.text)
        return response.json()

    async def hear(self, contract: Contract, *, day: date | None = None, recorded: datetime | None = None) -> Heard:
        """Another service's contract comes, as its reader would bring it: to all views and reactions."""
        n = next(self._told)
        at = recorded or (shanghai(day, 9) if day else self.clock.now())
        heard = Heard(
            publisher=contract.service,
            epoch=1,
            position=n,
            recorded_at=at,
            occurred_at=at,
            actor="system:test",
            jurisdiction=COUNTY,
            correlation_id="c",
            event_id=f"{contract.service}:1:{n}",
            body=contract,
            role="system",
            organisation="system",
            originator_id=str(uuid4()),
        )
        await self.take(heard)
        return heard

    async def take(self, *batch: Heard) -> None:
        """A micro-batch, as the readers commit it."""
        for committing in self._readers[batch[0].publisher]:
            await committing.commit(batch, batch[-1].position)

    async def topics(self, after: int = 0) -> list[str]:
        """What was recorded beyond a position."""
        return [row.topic async for row in self.world.store.stream(after=after)]

    async def parked(self) -> list[Record]:
        return await self.world.store.fetch(f"select * from {self.world.name}_parked order by position")

    def _read(self, handlings: Mapping[str, Handling]) -> None:
        for publisher in (service for service in SERVICES if service != self.world.name):
            self._readers[publisher] = [
                Committing(self.world.store, name, publisher, handling, self.world.clock)
                for name, handling in handlings.items()
            ]
            self.world.committings += self._readers[publisher]


@asynccontextmanager
async def serving(
    service: str, address: str, folder: Path, issuer: RunningIssuer, day: date = date(2025, 9, 1)
) -> AsyncIterator[Served]:
    """`address` of a migrated store; the clock stands at nine o'clock of `day`."""
    settings = ServiceSettings(
        store=address,
        nats_url="nats://127.0.0.1:9",
        issuer=issuer.url,
        keys=folder / "keys",
        county=COUNTY,
        port=1,
        clock="system",
        host="127.0.0.1",
        migrate_store=None,
        public_url=None,
        mappings=None,
    )
    world = open_world(service, settings)
    world.clock = clock = FixedClock(shanghai(day, 9))

    async def everything_told(_: str) -> Told:
        return Told(clock.now(), (0, 0))

    world.told = everything_told
    parts: Parts = import_module(f"baoxue_{service}.main").build(world)
    world.views = tuple(view.name for view in parts.views)
    world.handlings = handlings_of(world, parts)
    followers = []
    for view in parts.views:
        await prepare_view(world.store, view)
        committing = Committing(world.store, view.name, service, world.handlings[view.name], world.clock)
        world.committings.append(committing)
        followers.append(asyncio.create_task(Follower(committing).run()))
    transport = httpx.ASGITransport(app=parts.api)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{service}") as client:
        served = Served(world, parts, issuer, client)
        served._read(world.handlings)  # noqa: SLF001 - its own
        yield served
    await end(followers)
    await world.store.close()
    world.sealer.close()
