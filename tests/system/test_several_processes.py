"""One service as three real processes on PostgreSQL: two take commands, one works; any of them may be killed."""

import asyncio
import os
import socket
import statistics
import subprocess
import time
from contextlib import suppress
from uuid import uuid4

import httpx
import nats
import pytest
from baoxue_deploy.processes import program
from baoxue_shared.messaging.provision import provision
from baoxue_shared.testing.nats import running_nats

from tests.system.enrollment_tells import publish

pytestmark = pytest.mark.timeout(180)
APIS = ("api", "other api")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cases:
    """Its processes, and an official who asks them."""

    def __init__(self, settings, folder, issuer, client):
        self._settings, self._folder, self._client = settings, folder, client
        self._issuer = issuer
        self._ports = {name: free_port() for name in (*APIS, "worker")}
        self._running = {}

    def start(self, name):
        role = "worker" if name == "worker" else "api"
        settings = {**os.environ, **self._settings, "BAOXUE_CASES_PORT": str(self._ports[name])}
        with (self._folder / f"{name}.log").open("ab") as log:
            command = [program("baoxue-cases"), "serve", "--role", role]
            self._running[name] = subprocess.Popen(command, env=settings, stdout=log, stderr=log)

    def kill(self, name):
        self._running[name].kill()
        self._running[name].wait()

    def end(self):
        for process in self._running.values():
            process.terminate()
            process.wait()

    async def ready(self):
        until = time.monotonic() + 40
        for name in self._running:
            while time.monotonic() < until:
                with suppress(httpx.HTTPError):
                    if (await self._client.get(self._url(name, "/readyz"))).is_success:
                        break
                await asyncio.sleep(0.05)

    def _url(self, name, path):
        return f"http://127.0.0.1:{self._ports[name]}{path}"

    def _headers(self, key):
        token = self._issuer.token("county-education")
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}

    async def open_case(self, name="api", *, key=None, child=None):
        known = {"source": "public_report", "opened_on": "2025-09-02", "area": "220822100001"}
        body = {"child_id": child or str(uuid4()), "school_id": "00000000-0000-0000-0000-000000000007", **known}
        return await self._client.post(self._url(name, "/cases"), json=body, headers=self._headers(key))

    async def ask(self, path, name="api", **query):
        return await self._client.get(self._url(name, path), params=query, headers=self._headers(None))

    async def eventually(self, count, name="api"):
        """As many cases in the list, in the end."""
        until = time.monotonic() + 40
        found = []
        while len(found) < count and time.monotonic() < until:
            found = (await self.ask("/cases", name)).json()["rows"]
            await asyncio.sleep(0.05)
        return found


@pytest.fixture
def broker():
    with running_nats() as server:
        yield server


@pytest.fixture
async def cases(tmp_path, fresh, issuer, broker):
    await provision(broker.url)
    addresses = fresh("cases")
    settings = {
        "STORE": addresses.app,
        "MIGRATE_STORE": addresses.admin,
        "NATS_URL": broker.url,
        "ISSUER": issuer.url,
        "KEYS": str(tmp_path / "keys"),
        "COUNTY": "220822",
    }
    settings = {f"BAOXUE_CASES_{name}": value for name, value in settings.items()}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        cases = Cases(settings, tmp_path, issuer, client)
        for name in ("worker", *APIS):
            cases.start(name)
        await cases.ready()
        try:
            yield cases
        finally:
            cases.end()


async def published(broker):
    """Positions of what the worker relayed, in order."""
    client = await nats.connect(broker.url)
    jetstream = client.jetstream()
    last = (await jetstream.stream_info("CASES")).state.last_seq
    ids = [(await jetstream.get_msg("CASES", n)).headers["Nats-Msg-Id"] for n in range(1, last + 1)]
    await client.close()
    return [int(one.split(":")[2]) for one in ids]


async def test_a_command_to_one_process_is_read_at_another_and_a_request_is_carried_out_once(cases):
    opened = (await cases.open_case("api")).json()
    (row,) = (await cases.ask("/cases", "other api", min_position=opened["position"])).json()["rows"]
    assert row["case_id"] == opened["id"]
    child = str(uuid4())
    answers = await asyncio.gather(*(cases.open_case(name, key="k", child=child) for name in APIS * 5))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(await cases.eventually(2)) == 2


async def test_the_worker_hears_of_each_commit_at_once_and_not_by_its_poll(cases, broker):
    client = await nats.connect(broker.url)
    told = await client.subscribe("cases.>")
    await client.flush()
    taken = []
    for number in range(15):
        began = time.monotonic()
        await cases.open_case(APIS[number % 2])
        await told.next_msg(timeout=10)
        taken.append(time.monotonic() - began)
    await client.close()
    assert statistics.median(taken) < 0.7, taken  # the poll alone: a whole second each time


async def test_a_killed_worker_catches_up_and_nothing_is_lost_or_doubled(cases, broker):
    children = [uuid4() for _ in range(40)]
    await publish(broker.url, children[:20])
    assert len(await cases.eventually(20)) == 20
    telling = asyncio.create_task(publish(broker.url, children[20:], first=21))
    opening = asyncio.gather(*(cases.open_case(APIS[n % 2]) for n in range(20)))
    cases.kill("worker")
    assert {answer.status_code for answer in await opening} == {201}
    late = (await cases.open_case()).json()
    await telling
    refused = await cases.ask("/cases", min_position=late["position"])
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    cases.start("worker")
    found = await cases.eventually(61)
    assert len(found) == 61
    assert {str(child) for child in children} <= {row["child_id"] for row in found}
    assert (await cases.ask("/cases", "other api", min_position=late["position"])).is_success
    until = time.monotonic() + 20
    while len(positions := await published(broker)) < 61 and time.monotonic() < until:
        await asyncio.sleep(0.1)
    assert positions == sorted(set(positions))
    assert len(positions) == 61
