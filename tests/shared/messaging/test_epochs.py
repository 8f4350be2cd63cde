"""After a lossy restore positions are used again: in a new epoch nobody takes them for what was heard before."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from baoxue_shared.evidence.merkle import EMPTY_ROOT
from baoxue_shared.history.opening import open_store
from baoxue_shared.history.restoration import Loss, Word, begin_epoch
from baoxue_shared.messaging.provision import rebuild
from baoxue_shared.messaging.rebuilding import Rebuild

WORD = Word("dev:county-government", "机房断电后恢复")


def ids(epoch, first, last):
    return [f"aid:{epoch}:{n}" for n in range(first, last + 1)]


@pytest.fixture
def copied(tmp_path):
    """The database as it is now, under another name."""

    def copy(service, name):
        target = tmp_path / f"{name}.sqlite3"
        with (
            closing(sqlite3.connect(tmp_path / f"{service}.sqlite3")) as source,
            closing(sqlite3.connect(target)) as there,
        ):
            source.backup(there)
        return target

    return copy


@pytest.fixture
async def restored(streams, at_work, eventually, copied):
    """Ten plans were opened and heard; aid comes back with six of them, in epoch 2, as `old`."""

    async def done(heard):
        async with at_work("aid", streams.url) as aid:
            await asyncio.gather(*(aid.open_plan() for _ in range(6)))
            assert await eventually(heard, list(range(1, 7))) == list(range(1, 7))
            old = copied("aid", "old")
            await asyncio.gather(*(aid.open_plan() for _ in range(4)))
            assert await eventually(heard, list(range(1, 11))) == list(range(1, 11))
            clock = aid.world.clock
        store = open_store(f"sqlite:///{old}", "aid")
        assert await begin_epoch(store, clock, "220822", Loss("", 6, EMPTY_ROOT, (), 10, ()), WORD) == 2
        await store.close()

    return done


async def places(standing):
    rows = await standing.world.store.fetch(
        "select epoch, position from ledger_facts where publisher = 'aid' order by epoch, position"
    )
    return [(row["epoch"], row["position"]) for row in rows]


async def test_events_of_the_new_epoch_are_published_and_heard_once_with_positions_used_again(
    streams, at_work, eventually, stream, restored
):
    async with at_work("oversight", streams.url) as oversight:
        await restored(oversight.facts)
        async with at_work("aid", streams.url, "old") as aid:
            for _ in range(5):
                await aid.open_plan()
            wanted = ids(1, 1, 10) + ids(2, 8, 12)  # the statement itself, at 7, is no contract
            assert await eventually(lambda: stream(streams.url), wanted) == wanted
            told = [(1, n) for n in range(1, 11)] + [(2, n) for n in range(8, 13)]
            assert await eventually(lambda: places(oversight), told) == told
            committing = oversight.world.committing("ledger", "aid")
            assert (committing.position.place, await committing.parking.listed()) == ((2, 12), [])
            status = await oversight.world.status()
            assert (status["readers"]["aid/ledger"], status["reader_epochs"]["aid/ledger"]) == (12, 2)
            assert (await aid.world.status())["epoch"] == 2


async def test_a_stream_made_anew_holds_what_was_restored_and_nobody_hears_it_twice(
    streams, at_work, eventually, stream, restored
):
    async with at_work("oversight", streams.url) as oversight:
        await restored(oversight.facts)
        async with at_work("aid", streams.url, "old") as aid:
            await aid.open_plan()
            told = [(1, n) for n in range(1, 11)] + [(2, 8)]
            assert await eventually(lambda: places(oversight), told) == told
            await rebuild(streams.url, "aid")
            wanted = ids(1, 1, 6) + ids(2, 8, 8)
            assert await eventually(lambda: stream(streams.url), wanted, 30) == wanted
            await aid.open_plan()
            assert await eventually(lambda: places(oversight), [*told, (2, 9)], 30) == [*told, (2, 9)]


async def test_a_view_is_rebuilt_over_both_epochs_and_agrees(streams, at_work, eventually, restored):
    async with at_work("oversight", streams.url) as oversight:
        await restored(oversight.facts)
        async with at_work("aid", streams.url, "old") as aid:
            for _ in range(3):
                await aid.open_plan()
            told = [(1, n) for n in range(1, 11)] + [(2, n) for n in range(8, 11)]
            assert await eventually(lambda: places(oversight), told) == told
            view = oversight.world.handlings["ledger"].view
            made = Rebuild(oversight.world, view)
            await made.run()
            assert (made.stage, made.problem) == ("switched", "")
            assert await places(oversight) == told


async def test_a_relay_that_had_not_told_everything_tells_the_rest_of_the_old_epoch_first(
    streams, at_work, eventually, stream, copied
):
    async with at_work("aid", streams.url) as aid:
        for _ in range(3):
            await aid.open_plan()
        assert await eventually(lambda: stream(streams.url), ids(1, 1, 3)) == ids(1, 1, 3)
        await asyncio.to_thread(streams.kill)
        for _ in range(4):
            await aid.open_plan()
        old, clock = copied("aid", "old"), aid.world.clock
    store = open_store(f"sqlite:///{old}", "aid")
    await begin_epoch(store, clock, "220822", Loss("", 7, EMPTY_ROOT, (), 9, ()), WORD)
    await store.close()
    await asyncio.to_thread(streams.start)
    async with at_work("aid", streams.url, "old") as aid:
        await aid.open_plan()
        wanted = ids(1, 1, 7) + ids(2, 9, 9)
        assert await eventually(lambda: stream(streams.url), wanted, 30) == wanted
