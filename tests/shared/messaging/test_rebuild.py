"""A read model is built anew beside the one that serves, and takes its place only when it may."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from uuid import uuid4

import msgspec
import psycopg
import pytest
from baoxue_cases.main import CaseList
from baoxue_oversight.views.ledger import LedgerView
from baoxue_shared.history.unit import Unit
from baoxue_shared.messaging import rebuilding
from baoxue_shared.messaging.beside import SUFFIX, Beside, cleared, state_hash, switching, tables_of
from baoxue_shared.messaging.rebuilding import Rebuild, renewed
from baoxue_shared.testing.serving import VILLAGE, serving
from baoxue_shared.view import sql as statement


@pytest.fixture
async def served(address, tmp_path, issuer):
    async with serving("cases", address("cases"), tmp_path, issuer) as running:
        for _ in range(20):
            await open_case(running)
        await running.ask("/cases")
        yield running


async def open_case(running):
    opening = {"child_id": str(uuid4()), "school_id": str(uuid4()), "area": VILLAGE, "source": "public_report"}
    return await running.send("/cases", {**opening, "opened_on": "2025-09-01"}, "county-education")


def view_of(running, name="case_list"):
    return running.world.handlings[name].view


async def told(running, name="case_list"):
    rows = (await running.ask("/views", "operator"))["rows"]
    return next(row for row in rows if row["view"] == name)


async def ended(running, name="case_list"):
    for _ in range(1000):
        rebuild = (await told(running, name))["rebuild"]
        if rebuild["stage"] not in {"building", "comparing"}:
            return rebuild
        await asyncio.sleep(0.02)
    raise TimeoutError


async def leftovers(running):
    """Tables, positions and parked messages of what was built beside."""
    store = running.world.store
    positions = await store.fetch("select reader from cases_positions where reader like '%next'")
    parked = await store.fetch("select reader from cases_parked where reader like '%next'")
    try:
        return positions + parked + await store.fetch("select 1 from case_list__next limit 1") + ["table"]
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return positions + parked


async def cases(running):
    return await running.world.store.fetch("select * from case_list order by case_id")


async def test_while_commands_come_in_the_view_is_rebuilt_and_serves_throughout(served, monkeypatch):
    monkeypatch.setattr(rebuilding, "PAUSE", 0.01)
    begun = await served.post("/views/case_list/rebuild", None, "operator")
    assert begun.status_code == 200
    opened = []

    async def office():
        while served.world.rebuilds["case_list"].stage in {"building", "comparing"} or len(opened) < 40:
            case = await open_case(served)
            await served.send(f"/cases/{case['id']}/causes", {"cause": "poverty"}, "county-education")
            assert (await served.ask(f"/cases/{case['id']}"))["cause"] == "poverty"
            opened.append(case["id"])

    await asyncio.gather(*(office() for _ in range(4)))
    rebuild = await ended(served)
    assert rebuild["stage"] == "switched", rebuild
    assert rebuild["hashes"]["serving"] == rebuild["hashes"]["new"]
    assert await leftovers(served) == []
    after = await open_case(served)
    await served.ask("/cases")
    assert {row["case_id"] for row in await cases(served)} >= {*opened, after["id"]}


async def test_a_rebuilt_view_can_be_rebuilt_again_and_keeps_its_indexes(served):
    for _ in range(2):
        await served.post("/views/case_list/rebuild", None, "operator")
        assert (await ended(served))["stage"] == "switched"


async def test_a_view_that_was_changed_by_hand_is_found_out_and_not_replaced_in_silence(served):
    await served.world.store.execute([statement("update case_list set area = '220822999999'")])
    tampered = await cases(served)
    await served.post("/views/case_list/rebuild", None, "operator")
    rebuild = await ended(served)
    assert rebuild["stage"] == "differs"
    assert rebuild["hashes"]["serving"] != rebuild["hashes"]["new"]
    assert await cases(served) == tampered
    assert await leftovers(served) == []


async def test_a_rebuild_that_fails_leaves_the_old_one_serving_and_can_be_tried_again(served, monkeypatch):
    before = await cases(served)
    whole = Rebuild.attempt

    async def fails(_):
        raise OSError("disk full")

    monkeypatch.setattr(Rebuild, "attempt", fails)
    await served.post("/views/case_list/rebuild", None, "operator")
    assert (await ended(served))["problem"] == "OSError: disk full"
    assert await cases(served) == before
    monkeypatch.setattr(Rebuild, "attempt", whole)
    await served.post("/views/case_list/rebuild", None, "operator")
    assert (await ended(served))["stage"] == "switched"


async def test_the_switch_itself_fails_if_the_view_moved_after_it_was_compared(served):
    """The last word lies in the transaction that switches: also the epoch counts."""
    store, view = served.world.store, view_of(served)
    rebuild = Rebuild(served.world, view)
    await store.execute([*cleared(store, rebuild.beside), *(statement(text) for text in rebuild.beside.tables)])
    await rebuild.feed()
    at = (await rebuild.positions("case_list"))["cases"]
    for elsewhere in (msgspec.structs.replace(at, position=at.position - 1), msgspec.structs.replace(at, epoch=2)):
        before = await cases(served)
        assert await rebuild.switch(Unit(statements=switching(store, view, [elsewhere]))) is None
        assert await cases(served) == before
    assert await rebuild.switch(Unit(statements=switching(store, view, [at]))) == "switched"


async def test_another_process_that_moves_the_view_meanwhile_is_noticed(served, monkeypatch):
    """The comparison counts only for the place where both stood."""
    served.world.committings.clear()  # as if the follower ran elsewhere
    rebuild, moves = Rebuild(served.world, view_of(served)), []
    hashed = rebuilding.state_hash

    async def moved(store, view):
        if not moves:
            moves.append(await open_case(served))
            while (await store.reader_position("case_list", "cases")).position < served.last:
                await asyncio.sleep(0.01)
        return await hashed(store, view)

    monkeypatch.setattr(rebuilding, "state_hash", moved)
    await rebuild.run()
    assert rebuild.stage == "switched", rebuild.problem
    assert moves


async def test_rebuilding_is_the_operators_and_one_at_a_time(served, monkeypatch):
    assert (await served.post("/views/case_list/rebuild", None, "county-education")).status_code == 403
    assert (await served.post("/views/nothing/rebuild", None, "operator")).status_code == 404
    gate = asyncio.Event()

    async def waits(self):
        await gate.wait()
        return "differs"

    monkeypatch.setattr(Rebuild, "attempt", waits)
    await served.post("/views/case_list/rebuild", None, "operator")
    assert (await served.post("/views/case_list/rebuild", None, "operator")).status_code == 409
    gate.set()
    await ended(served)


class Renamed(CaseList):
    """The same list with one more column."""

    version = 2
    tables = tuple(text.replace("outcome text,", "outcome text, extra text default 'neu',") for text in CaseList.tables)


async def test_a_view_of_another_version_serves_as_it_was_until_the_new_one_is_as_far(served):
    store, before = served.world.store, await cases(served)
    from baoxue_shared.messaging.follower import prepare_view

    assert not await prepare_view(store, Renamed())
    assert await cases(served) == before
    served.world.committings.clear()
    done = asyncio.Event()
    await asyncio.wait_for(renewed(served.world, Renamed(), done.set), 20)
    rows = await cases(served)
    assert done.is_set()
    assert [row.pop("extra") for row in rows] == ["neu"] * len(before)
    assert rows == before
    assert await prepare_view(store, Renamed())
    position = await store.reader_position("case_list", "cases")
    assert position.position == await store.last_position()
    assert await leftovers(served) == []


KILLED = """
import asyncio, os, signal, sys
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.opening import open_store
from baoxue_shared.messaging import rebuilding, sources
from baoxue_cases.main import CaseList
from baoxue_oversight.views.ledger import LedgerView

class World:
    name, client, clock, committings, views = "cases", None, SystemClock(), [], ("case_list",)

async def main(where):
    World.store = open_store(sys.argv[1], "cases")
    rebuild = rebuilding.Rebuild(World, CaseList())
    kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
    if where == "building":
        sources.BATCH = 7
        rebuild.sources[0].committing.commit = broken(rebuild.sources[0].committing.commit, kill)
    elif where == "comparing":
        rebuild.switch = lambda unit: kill()
    else:
        whole = rebuild.switch
        async def switched(unit):
            await whole(unit)
            kill()
        rebuild.switch = switched
    await rebuild.run()
    print(rebuild.stage, rebuild.problem)

def broken(commit, kill):
    async def once(*given):
        await commit(*given)
        kill()
    return once

asyncio.run(main(sys.argv[2]))
"""


@pytest.mark.parametrize("where", ["building", "comparing", "switched"])
async def test_killed_at_any_point_one_whole_view_serves_and_the_next_rebuild_succeeds(
    address, tmp_path, issuer, where
):
    place = address("cases")
    async with serving("cases", place, tmp_path, issuer) as running:
        for _ in range(10):
            await open_case(running)
        await running.ask("/cases")
        before, hashed = await cases(running), await state_hash(running.world.store, view_of(running))
    process = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, place, where], capture_output=True, check=False, timeout=40
    )
    assert process.returncode == -signal.SIGKILL, process.stdout + process.stderr
    async with serving("cases", place, tmp_path, issuer) as running:
        assert await cases(running) == before
        await running.post("/views/case_list/rebuild", None, "operator")
        rebuild = await ended(running)
        assert (rebuild["stage"], rebuild["hashes"]["new"]) == ("switched", hashed)
        assert await leftovers(running) == []
        await open_case(running)
        await running.ask("/cases")
        assert len(await cases(running)) == len(before) + 1


async def test_a_view_that_hears_other_services_is_rebuilt_from_their_streams(streams, at_work, eventually):
    async with at_work("aid", streams.url) as aid, at_work("oversight", streams.url) as oversight:
        for _ in range(30):
            await aid.open_plan()
        expected = list(range(1, 31))
        assert await eventually(oversight.facts, expected) == expected
        rebuild = Rebuild(oversight.world, oversight.world.handlings["ledger"].view)
        building = asyncio.create_task(rebuild.run())
        for _ in range(30):
            await aid.open_plan()
        await building
        assert rebuild.stage == "switched", rebuild.problem
        expected = list(range(1, 61))
        assert await eventually(oversight.facts, expected) == expected


def test_every_table_and_index_of_a_view_gets_another_name_beside():
    beside = Beside(LedgerView())
    names = [f"{table}{SUFFIX}" for table in tables_of(LedgerView())]
    assert tables_of(beside) == names
    for text in beside.tables:
        assert text.replace(f"ledger_facts{SUFFIX}", "").count("ledger_facts ") == 0
