"""Services cosign each other; what would have to be signed against their memory raises a finding at once."""

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, closing
from datetime import date
from importlib import import_module
from uuid import UUID

import httpx
import pytest
from baoxue_deploy.backup import copy_file
from baoxue_deploy.trust import evidence_settings, trust_policy
from baoxue_shared.clock import FixedClock, shanghai
from baoxue_shared.errors import OverloadedError
from baoxue_shared.evidence import standing
from baoxue_shared.evidence.checkpoint import Checkpoint, read_checkpoint
from baoxue_shared.evidence.confirming import GRACE, RolledBackLogError, UnconfirmedError
from baoxue_shared.evidence.lag import UncosignedError
from baoxue_shared.evidence.note import read_note
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.target import open_target
from baoxue_shared.evidence.verify import verify
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.history.restoration import Loss, Word, begin_epoch
from baoxue_shared.history.unit import Row, Unit
from baoxue_shared.service import open_world
from baoxue_shared.settings import ServiceSettings
from baoxue_shared.web.readiness import faults

NAMES = ("cases", "aid", "oversight")
URLS = {name: f"http://{name}" for name in NAMES}


class Together(httpx.AsyncBaseTransport):
    """Each service under its name, in one process."""

    def __init__(self):
        self.apis, self.down = {}, set()

    async def handle_async_request(self, request):
        name = request.url.host
        if name in self.down or name not in self.apis:
            raise httpx.ConnectError(name)
        return await httpx.ASGITransport(app=self.apis[name]).handle_async_request(request)


class County:
    def __init__(self, folder, issuer):
        self.folder, self.issuer, self.together, self.worlds = folder, issuer, Together(), {}
        self.clock = FixedClock(shanghai(date(2025, 9, 1), 9))

    def client(self):
        return httpx.AsyncClient(transport=self.together)

    def open(self, name, database=None):
        path = self.folder / (database or f"{name}.sqlite3")
        migrate_store(f"sqlite:///{path}", name)
        told = {key.lower(): value for key, value in evidence_settings(self.folder / "keys", name, URLS).items()}
        settings = ServiceSettings(
            store=f"sqlite:///{path}",
            nats_url="nats://127.0.0.1:9",
            issuer=self.issuer.url,
            keys=self.folder / "keys",
            county="220822",
            port=1,
            **told,
        )
        world = open_world(name, settings)
        world.clock = self.clock
        parts = import_module(f"baoxue_{name}.main").build(world)
        self.together.apis[name], self.worlds[name] = parts.api, world
        return world

    async def record(self, name, how_many, first=0):
        world = self.worlds[name]
        rows = [
            Row(UUID(int=first + n + 1), 1, "toy.Gate.Visited", self.clock.now(), "a", "220822", b"{}")
            for n in range(how_many)
        ]
        await world.store.append(Unit(rows=tuple(rows)))
        sealing = Sealing(world.evidence.log)
        await sealing.load()
        while await sealing.seal():
            pass

    async def cosign(self, name):
        async with self.client() as http:
            await self.worlds[name].evidence.asking.round(http)

    async def close(self, name):
        world = self.worlds.pop(name)
        await world.store.close()
        world.sealer.close()
        if world.evidence.witnessing:
            world.evidence.witnessing.witness.state.close()

    def faults(self, name, database=None):
        target = open_target(str(self.folder / (database or f"{name}.sqlite3")))
        (report,) = verify(target, trust_policy(self.folder / "keys", NAMES), self.clock.now(), None, lambda *_: None)
        target.close()
        return report.size, [fault.what for fault in report.faults if fault.what not in {"columns", "unreadable"}]


@pytest.fixture
async def county(tmp_path, issuer, monkeypatch):
    made = County(tmp_path, issuer)
    monkeypatch.setattr(standing, "_client", made.client)
    for name in NAMES:
        made.open(name)
    for world in made.worlds.values():
        async with made.client() as http:
            await world.evidence.witnessing._once(http)
    for world in made.worlds.values():
        await world.evidence.confirm()
    yield made
    for name in list(made.worlds):
        await made.close(name)


async def published(county, name):
    async with county.client() as http:
        return (await http.get(f"http://{name}/checkpoint")).text


async def test_a_checkpoint_is_published_when_enough_witnesses_have_signed(county, independent):
    await county.record("cases", 300)
    assert independent.checkpoint(await published(county, "cases"))[1] == 300
    await county.cosign("cases")
    note = await published(county, "cases")
    keys = trust_policy(county.folder / "keys", NAMES).witnesses
    times = {name: independent.signed_at(note, keys[name]) for name in ("aid", "oversight")}
    assert set(times.values()) == {int(county.clock.now().timestamp())}
    await county.record("cases", 10, first=300)
    assert independent.checkpoint(await published(county, "cases"))[1] == 300
    await county.cosign("cases")
    assert independent.checkpoint(await published(county, "cases"))[1] == 310
    assert county.faults("cases")[0] == 310


async def test_one_witness_down_leaves_the_log_unpublished_and_it_goes_on_when_it_is_back(county, independent):
    county.together.down.add("aid")
    await county.record("cases", 5)
    await county.cosign("cases")
    assert await county.worlds["cases"].evidence.log.cosigned_size(1) == 0
    county.together.down.clear()
    await county.cosign("cases")
    assert await county.worlds["cases"].evidence.log.cosigned_size(1) == 5


async def test_commands_are_refused_when_witnesses_are_silent_beyond_the_limit(county):
    evidence = county.worlds["cases"].evidence
    county.together.down |= {"aid", "oversight"}
    await county.record("cases", 5)
    evidence.cosigning.limit = 0.05
    await evidence.look()
    time.sleep(0.06)
    with pytest.raises(OverloadedError) as refused:
        evidence.admit()
    assert isinstance(refused.value, UncosignedError)
    county.together.down.clear()
    await county.cosign("cases")
    await evidence.look()
    evidence.admit()
    assert evidence.status()["cosigned"] == 5


@asynccontextmanager
async def running(county, *names):
    tasks = [asyncio.create_task(county.worlds[name].evidence.witnessing.run()) for name in names]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def findings(county):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        rows = [row async for row in county.worlds["oversight"].store.stream()]
        if found := [row for row in rows if row.topic == "oversight.Finding.Raised"]:
            return found
        await asyncio.sleep(0.1)
    return []


async def test_a_rewritten_past_is_refused_and_oversight_raises_a_finding(county):
    await county.record("cases", 300)
    await county.cosign("cases")
    await county.close("cases")
    county.open("cases", "rewritten.sqlite3")
    async with running(county, "aid", "oversight"):
        await county.record("cases", 350, first=1000)
        await county.cosign("cases")
        assert await county.worlds["cases"].evidence.log.cosigned_size(1) == 0
        (finding, *_) = await findings(county)
    assert b'"duty_id":"evidence-log"' in finding.state
    assert b"baoxue/220822/cases/epoch-1/rewritten=350" in finding.state
    assert county.faults("cases", "rewritten.sqlite3")[1][0] == "untrusted"


async def test_a_database_that_was_rolled_back_is_refused_and_oversight_raises_a_finding(county):
    await county.record("cases", 300)
    await county.cosign("cases")
    await county.close("cases")
    county.open("cases", "older.sqlite3")
    async with running(county, "aid", "oversight"):
        await county.record("cases", 120)
        with pytest.raises(Exception, match="witness"):
            await county.cosign("cases")
        (finding, *_) = await findings(county)
    assert b"rewind=120" in finding.state


async def test_a_rollback_to_a_checkpoint_that_was_cosigned_is_no_less_a_rollback(county):
    await county.record("cases", 120)
    await county.cosign("cases")
    await county.record("cases", 180, first=120)
    await county.cosign("cases")
    await county.close("cases")
    county.open("cases", "backup.sqlite3")
    async with running(county, "aid", "oversight"):
        await county.record("cases", 120)
        with pytest.raises(Exception, match="witness"):
            await county.cosign("cases")
        (finding, *_) = await findings(county)
    assert b"rewind=120" in finding.state


async def test_an_alarm_that_no_known_witness_signed_raises_nothing(county):
    async with county.client() as http:
        answer = await http.post("http://oversight/evidence/alarms", content=b"baoxue.alarm/v1\n")
    assert answer.status_code == 403
    assert await county.worlds["oversight"].store.last_position() == 0


def rewound(county, name="cases"):
    world = county.worlds[name]
    with pytest.raises(RolledBackLogError) as refused:
        world.evidence.admit()
    return refused.value.words


@pytest.fixture
async def behind(county):
    """180 leaves of cases are cosigned that the database no longer has."""
    await county.record("cases", 120)
    await county.cosign("cases")
    copy_file(county.folder / "cases.sqlite3", county.folder / "older.sqlite3")
    await county.record("cases", 180, first=120)
    await county.cosign("cases")
    await county.close("cases")
    return county.open("cases", "older.sqlite3")


async def test_a_database_behind_its_last_cosigned_checkpoint_takes_no_command_from_the_start(county, behind):
    await behind.evidence.confirm()
    assert rewound(county)["cosigned"] == 300
    assert any("restore --verify" in fault for fault in await faults(behind))
    for way in (behind.store.admit, behind.store.halt):
        with pytest.raises(OverloadedError):
            way()


async def test_nothing_is_sealed_in_a_database_that_was_rolled_back(county, behind):
    await behind.evidence.confirm()
    rows = (Row(UUID(int=9000), 1, "toy.Gate.Visited", county.clock.now(), "a", "220822", b"{}"),)
    await behind.store.append(Unit(rows=rows))
    sealing = Sealing(behind.evidence.log, behind.evidence.halt)
    await sealing.load()
    with pytest.raises(RolledBackLogError):
        await sealing.seal()


async def test_one_witness_that_answers_is_enough_and_later_is_not_too_late(county, behind):
    county.together.down |= {"aid", "oversight"}
    await behind.evidence.confirm()
    with pytest.raises(UnconfirmedError):
        behind.evidence.admit()
    behind.evidence.confirming._began -= GRACE
    behind.evidence.admit()  # nobody answers: the start is not stopped
    county.together.down.discard("aid")
    await asyncio.wait_for(behind.evidence.confirming.run(), 5)
    assert rewound(county)["sealed"] == 120


async def test_a_past_that_was_rewritten_takes_no_command_either(county):
    await county.record("cases", 300)
    await county.cosign("cases")
    await county.close("cases")
    world = county.open("cases", "rewritten.sqlite3")
    await county.record("cases", 350, first=1000)
    await world.evidence.confirm()
    assert rewound(county)["cosigned"] == 300


async def test_a_database_that_is_as_far_as_its_witnesses_takes_commands_at_once(county):
    await county.record("cases", 300)
    await county.cosign("cases")
    await county.close("cases")
    world = county.open("cases")
    with pytest.raises(UnconfirmedError):
        world.evidence.admit()
    await world.evidence.confirm()
    world.evidence.admit()


async def test_what_is_recorded_and_not_sealed_yet_is_no_rollback(county):
    await county.record("cases", 30)
    await county.cosign("cases")
    await county.close("cases")
    path = county.folder / "cases.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {name}")
        for table in ("tiles", "checkpoints"):
            database.execute(f"delete from cases_{table}")
        database.commit()
    world = county.open("cases")
    await world.evidence.confirm()
    world.evidence.halt()
    await county.record("cases", 0)
    await world.evidence.confirm()
    world.evidence.admit()


async def test_a_checkpoint_that_no_witness_of_ours_signed_stops_nobody(county):
    await county.record("cases", 30)
    world = county.worlds["cases"]
    forged = world.evidence.log.signed(Checkpoint("baoxue/220822/cases/epoch-1", 900, bytes(32)), 1)
    assert await world.evidence.confirming._all_fit([str(forged)])
    world.evidence.halt()


async def test_a_new_epoch_is_cosigned_and_oversight_raises_one_finding(county):
    await county.record("cases", 120)
    await county.cosign("cases")
    cases = county.worlds["cases"]
    known = (await cases.evidence.log.sealed()).note
    loss = Loss(known, 120, read_checkpoint(read_note(known).text).root, (), 120, ())
    await begin_epoch(cases.store, county.clock, "220822", loss, Word("dev:county-government", "恢复演练"))
    await county.record("cases", 3, first=120)
    async with running(county, "aid", "oversight"):
        await county.cosign("cases")
        assert await cases.evidence.log.cosigned_size(2) == 4
        (finding, *_) = await findings(county)
        await asyncio.sleep(1.5)
        assert len(await findings(county)) == 1
    assert b"baoxue/220822/cases/epoch-2/epoch" in finding.state
    await cases.evidence.confirm()
    cases.evidence.admit()
