"""The log over HTTP, as anybody fetches it: checkpoint, tiles and bundles are enough to make the tree anew."""

from uuid import UUID

import pytest
from baoxue_shared.evidence.policy import Policy, TrustedLog
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.evidence.target import ServiceTarget
from baoxue_shared.evidence.verify import verify
from baoxue_shared.history.opening import migrate_store
from baoxue_shared.history.unit import Row, Unit
from baoxue_shared.testing.serving import serving

EVENTS = 300


@pytest.fixture
async def office(tmp_path, issuer):
    address = f"sqlite:///{tmp_path / 'aid'}.sqlite3"
    migrate_store(address, "aid")
    async with serving("aid", address, tmp_path, issuer) as served:
        yield served


async def sealed(office, how_many):
    store, now = office.world.store, office.clock.now()
    rows = [Row(UUID(int=n + 1), 1, "toy.Gate.Visited", now, "a", "220822", b"{}") for n in range(how_many)]
    await store.append(Unit(rows=tuple(rows)))
    sealing = Sealing(office.world.evidence.log)
    await sealing.load()
    while await sealing.seal():
        pass


async def test_before_the_first_event_the_checkpoint_is_of_the_empty_tree(office, independent):
    answer = await office.client.get("/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert independent.checkpoint(answer.text)[:2] == ("baoxue/220822/aid/epoch-1", 0)


async def test_an_outsider_rebuilds_the_tree_from_what_is_served(office, independent):
    await sealed(office, EVENTS)
    note = (await office.client.get("/checkpoint")).text
    origin, size, root = independent.checkpoint(note)
    (key,) = (await office.client.get("/evidence/keys")).text.splitlines()
    assert independent.signed_at(note, key) == 0
    assert (origin, size) == ("baoxue/220822/aid/epoch-1", EVENTS)
    leaves, tiles = [], b""
    for number, width in ((0, 256), (1, EVENTS - 256)):
        tile = await office.client.get(f"/tile/{independent.tile_path(0, number, width)}")
        entries = await office.client.get(f"/tile/{independent.tile_path('entries', number, width)}")
        assert tile.headers["content-type"] == entries.headers["content-type"] == "application/octet-stream"
        assert "immutable" in tile.headers["cache-control"]
        tiles += tile.content
        leaves += [independent.leaf(entry) for entry in independent.entries(entries.content)]
    assert len(tiles) == 8192 + (EVENTS - 256) * 32
    assert b"".join(leaves) == tiles
    assert independent.mth(leaves) == root
    upper = await office.client.get("/tile/1/000.p/1")
    assert upper.content == independent.mth(leaves[:256])
    assert (await office.client.get("/epoch-1/checkpoint")).text == note
    assert (await office.client.get("/epoch-1/tile/0/000")).content == tiles[:8192]


NO_TILES = ("0/001", "0/001.p/45", "0/002", "1/000.p/2", "00/000", "64/000", "x/000", "0/0", "0/000.p/0", "2/000.p/1")
NO_BUNDLES = ("entries/001", "entries/001.p/45", "entries/002", "entries/0")


@pytest.mark.parametrize("path", [*NO_TILES, *NO_BUNDLES])
async def test_no_tile_beyond_the_tree_is_served(office, path):
    await sealed(office, EVENTS)
    answer = await office.client.get(f"/tile/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await office.client.get("/epoch-2/checkpoint")).status_code == 404


async def test_the_lag_stands_in_the_metrics(office):
    from baoxue_shared.web.health import add_health

    add_health(office.parts.api, office.world)
    await sealed(office, 3)
    await office.world.evidence.look()
    told = (await office.client.get("/metrics")).text
    assert 'baoxue_position{of="sealed"} 3.0' in told
    assert 'baoxue_evidence_lag_seconds{of="sealing"} 0.0' in told


async def test_the_refusal_is_told_in_both_languages(office):
    office.world.evidence.sealing.limit = 1e-9
    office.world.evidence.sealing.look(1, 0)
    body = {"child_id": str(UUID(int=1)), "school_id": str(UUID(int=7)), "area": "220822100001", "cause": "poverty"}
    body |= {"case_id": str(UUID(int=9)), "opened_on": "2025-09-01"}
    answer = await office.post("/plans", body, "county-education")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    told = answer.json()
    assert "证据日志已滞后" in told["title"]
    assert "evidence log is" in told["title"]
    assert told["type"].endswith("UnsealedError")
    office.world.evidence.sealing.look(1, 1)
    assert (await office.post("/plans", body, "county-education")).is_success


async def test_a_running_service_is_verified_from_outside(office, monkeypatch):
    """All that a live service tells: checkpoint, tiles, entries; here without the network between."""
    await sealed(office, EVENTS)
    answers = {}

    async def fetch(path):
        answer = await office.client.get(path)
        answers[path] = answer.content if answer.is_success else None

    for path in ("/checkpoint", "/epoch-1/checkpoint"):
        await fetch(path)
    for path in ("0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"):
        await fetch(f"/epoch-1/tile/{path}")
    monkeypatch.setattr(ServiceTarget, "_get", lambda _, path: answers.get(path))
    key = str(office.world.evidence.log.keys.public("baoxue/220822/aid/epoch-1")[0])
    policy = Policy(logs={"aid": TrustedLog(origin="baoxue/220822/aid", keys=(key,))})

    def faults():
        target = ServiceTarget("http://aid")
        (report,) = verify(target, policy, office.clock.now(), None, lambda *_: None)
        target.close()
        return report.size, [fault.what for fault in report.faults]

    assert faults() == (EVENTS, [])
    good = answers["/epoch-1/tile/entries/001.p/44"]
    answers["/epoch-1/tile/entries/001.p/44"] = good.replace(b"220822", b"220823", 1)
    assert faults() == (EVENTS, ["changed"])
    answers["/epoch-1/tile/entries/001.p/44"] = None
    assert faults() == (EVENTS, ["tail-missing"])
