"""The history is sealed in order, once, whatever falls: the tree is the tree of RFC 6962 over all entries."""

import asyncio
import re
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing, suppress

import psycopg
import pytest
from baoxue_shared.evidence.checkpoint import read_checkpoint
from baoxue_shared.evidence.entry import encode_stored
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.merkle import EMPTY_ROOT, check_consistency, consistency_path
from baoxue_shared.evidence.note import read_note
from baoxue_shared.evidence.sealing import BrokenLogError, Sealing
from baoxue_shared.history.opening import migrate_store, open_store
from baoxue_shared.history.unit import Statement
from baoxue_shared.tasks import end


async def sealed(log, sealing=None):
    sealing = sealing or Sealing(log)
    await sealing.load()
    while await sealing.seal():
        pass
    return sealing


async def tree_of(log, epoch=None):
    return read_checkpoint(read_note((await log.sealed(epoch)).note).text)


async def true_root(independent, store, size=None, after=0):
    rows = await store.stored(after=after, limit=size or 100_000)
    return independent.mth([independent.leaf(encode_stored(row)) for row in rows])


@pytest.mark.parametrize("steps", [[1], [255, 1, 1], [256], [300, 4100], [1] * 20])
async def test_what_was_recorded_is_sealed_in_order(log, store, happen, independent, steps):
    sealing = Sealing(log)
    for step in steps:
        await happen(step)
        await sealed(log, sealing)
        checkpoint = await tree_of(log)
        assert checkpoint.size == await store.last_position()
        assert checkpoint.root == await true_root(independent, store)
    note = str((await log.sealed()).note)
    assert independent.signed_at(note, str(log.keys.public(checkpoint.origin)[0])) == 0
    old = sum(steps[:-1])
    made = await log.proof(1, consistency_path(old, checkpoint.size))
    check_consistency(
        old, checkpoint.size, await true_root(independent, store, old) if old else EMPTY_ROOT, checkpoint.root, made
    )


async def test_an_empty_history_has_the_empty_tree(log):
    await sealed(log)
    checkpoint = await tree_of(log)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("baoxue/220822/toy/epoch-1", 0, EMPTY_ROOT)


async def test_a_write_that_fails_or_is_not_heard_of_loses_no_leaf_and_doubles_none(
    log, store, happen, independent, monkeypatch
):
    write, turn = store.execute, iter([0, 1, 2] * 40)

    async def unsure(statements):
        fault = next(turn)
        if fault == 0:
            raise ConnectionError("before")
        await write(statements)
        if fault == 1:
            raise ConnectionError("after")

    monkeypatch.setattr(store, "execute", unsure)
    for step in (100, 156, 300, 1, 4097):
        await happen(step)
        for _ in range(4):
            with suppress(ConnectionError):
                await sealed(log)
    checkpoint = await tree_of(log)
    assert checkpoint.size == await store.last_position()
    assert checkpoint.root == await true_root(independent, store)


async def test_two_sealers_at_once_make_one_tree(log, store, happen, independent):
    tasks = [asyncio.create_task(Sealing(log).run()) for _ in range(2)]
    for step in (3, 300, 5, 700, 260):
        await happen(step)
        await asyncio.sleep(0.05)
    until = time.monotonic() + 20
    while (await log.sealed()).size < 1268 and time.monotonic() < until:
        await asyncio.sleep(0.05)
    await end(tasks)
    assert (await tree_of(log)).root == await true_root(independent, store)


async def test_a_new_epoch_has_a_log_of_its_own_and_the_old_one_stays(log, store, happen, independent):
    await happen(300)
    await happen(5, epoch=2)
    await sealed(log)
    first, second = await tree_of(log, 1), await tree_of(log, 2)
    assert (first.size, second.size, second.origin) == (300, 5, "baoxue/220822/toy/epoch-2")
    assert first.root == await true_root(independent, store, 300)
    assert second.root == await true_root(independent, store, after=300)
    assert (await log.sealed()).last == 305


async def test_nothing_is_signed_over_tiles_that_are_not_the_checkpoints(log, store, happen):
    await happen(300)
    await sealed(log)
    other = str(log.signed((await tree_of(log))._replace(root=bytes(32)), 1))
    await store.execute([Statement("update toy_checkpoints set note = :note", {"note": other})])
    await happen(1)
    with pytest.raises(BrokenLogError, match="root"):
        await sealed(log)


SHRINKING = (
    "delete from toy_tiles",
    "delete from toy_checkpoints",
    "update toy_tiles set hashes = substr(hashes, 1, 32)",
    "update toy_tiles set tile = 5 where level = 1",
    "update toy_checkpoints set size = 1",
    "update toy_checkpoints set first = 2",
    "insert into toy_cosignatures values (1, 300, 'w', 1, 'n'); update toy_cosignatures set at = 2",
    "insert into toy_cosignatures values (1, 300, 'w', 1, 'n'); delete from toy_cosignatures",
)


async def test_the_applications_own_role_cannot_take_back_what_the_log_told(log, store, happen):
    await happen(300)
    await sealed(log)
    for attack in SHRINKING:
        with pytest.raises((psycopg.Error, sqlite3.Error), match=r"grows|append-only|permission denied"):
            await store.execute([Statement(text) for text in attack.split(";")])
    if hasattr(store, "path"):
        with closing(sqlite3.connect(store.path)) as database, pytest.raises(sqlite3.Error, match="append-only"):
            database.execute("insert or replace into toy_tiles select epoch, level, tile, x'' from toy_tiles")


WORKER = """
import asyncio, sys
from datetime import UTC, datetime
from uuid import uuid4
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.evidence.sealing import Sealing
from baoxue_shared.history.opening import open_store
from baoxue_shared.history.unit import Row, Unit

async def main():
    store = open_store(sys.argv[1], "toy")
    log = EvidenceLog(store, "baoxue/220822/toy", SigningKeys([bytes(range(32))]))
    sealing = Sealing(log)
    await sealing.load()
    while True:
        rows = tuple(Row(uuid4(), 1, "t", datetime.now(UTC), "a", "220822", b"{}") for _ in range(37))
        await store.append(Unit(rows=rows))
        await sealing.seal()
        print(sealing.sealed.note.split(chr(10))[1], sealing.sealed.note.split(chr(10))[2], flush=True)

asyncio.run(main())
"""


def test_killing_the_sealer_leaves_the_tree_as_it_was_told(tmp_path, independent):
    address = f"sqlite:///{tmp_path / 'toy'}.sqlite3"
    migrate_store(address, "toy")
    told = []
    for wait in (0.02, 0.11, 0.23):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WORKER), address], stdout=subprocess.PIPE, text=True
        )
        told.append(process.stdout.readline())
        time.sleep(wait)
        process.kill()
        told += [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        process.wait()
        process.stdout.close()

    async def look():
        store = open_store(address, "toy")
        log = EvidenceLog(store, "baoxue/220822/toy", SigningKeys([bytes(range(32))]))
        await sealed(log)
        leaves = [independent.leaf(encode_stored(row)) for row in await store.stored(limit=100_000)]
        checkpoint = await tree_of(log)
        await store.close()
        return leaves, checkpoint

    leaves, checkpoint = asyncio.run(look())
    assert (checkpoint.size, checkpoint.root) == (len(leaves), independent.mth(leaves))
    for line in told:
        size, root = line.split()
        assert independent.mth(leaves[: int(size)]) == independent.base64.b64decode(root)
    assert len({re.split(" ", line)[0] for line in told}) == len(told)
