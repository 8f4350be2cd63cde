"""The restore drill: a backup extends what was last cosigned, or what it lacks is listed with who still holds it."""

import asyncio
import json
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from baoxue_deploy.backup import EXPIRES, NotEmptyError, back_up, forget_expired
from baoxue_deploy.restoring import Holders, examine
from baoxue_shared.evidence.checkpoint import Checkpoint
from baoxue_shared.evidence.note import Note
from baoxue_shared.evidence.proving import receipt_for
from baoxue_shared.evidence.target import open_target

MONTH = timedelta(days=30)


@pytest.fixture
def backed(scene, tmp_path):
    """Back the scene's database up into a folder of that name."""
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys" / "toy.master").write_bytes(b"k" * 32)

    async def done(name, keep=MONTH):
        stores = {"toy": f"sqlite:///{scene.path}"}
        folders = tmp_path / "backups" / name, tmp_path / "key-backups" / name
        await asyncio.to_thread(back_up, stores, tmp_path / "keys", *folders, keep)
        return folders

    return done


def examined(scene, scenery, folder, **holders):
    return examine("toy", folder / "toy.sqlite3", scenery.policy(), Holders(**holders))


async def test_a_fresh_backup_extends_the_last_cosigned_checkpoint(scene, scenery, backed):
    folder, _ = await backed("now")
    found = examined(scene, scenery, folder, targets={"present": open_target(str(scene.path))})
    assert (found.verdict, found.restored, found.missing) == ("extends", 605, [])


async def test_an_old_backup_lists_what_is_missing_and_who_still_holds_it(scene, scenery, county, backed):
    folder, _ = await backed("old")
    await scene.record(county, 20)
    await scene.seal()
    await scene.cosign()
    present = open_target(str(scene.path))
    receipt = scene.folder / "610.tlog-proof"
    receipt.write_text(str(receipt_for(present, 1, 610)), "utf-8")
    found = examined(
        scene, scenery, folder, targets={"present": present}, receipts=[receipt], streamed={(1, 607): "toy.220822.x"}
    )
    assert (found.verdict, found.restored, found.checkpoint.size) == ("missing", 605, 625)
    assert [one["leaf"] for one in found.missing] == list(range(605, 625))
    assert found.missing[1]["held_by"] == ["present", "JetStream"]
    assert found.missing[4]["held_by"] == ["present", "回执 / receipt 610.tlog-proof"]
    assert found.missing[0]["what"].startswith("toy.Gate")


async def test_where_the_database_is_lost_a_witness_or_a_kept_checkpoint_still_tells(scene, scenery, county, backed):
    folder, _ = await backed("old")
    await scene.record(county, 20)
    sealed = await scene.seal()
    found = examined(scene, scenery, folder, notes=[sealed.note])
    assert (found.verdict, len(found.missing)) == ("missing", 20)
    state = scene.folder / "aid.witness.sqlite3"
    with closing(sqlite3.connect(state)) as database:
        database.execute("create table cosigned (origin text, size integer, root blob, note text)")
        database.execute("insert into cosigned values ('x', 1, null, ?)", (sealed.note,))
        database.commit()
    found = examined(scene, scenery, folder, witnesses=[state])
    assert (found.verdict, found.source) == ("missing", "见证方 / witness aid")


async def test_a_checkpoint_that_the_log_never_signed_frightens_nobody(scene, scenery, backed):
    folder, _ = await backed("now")
    stranger = Note(Checkpoint(f"{scenery.NAME}/epoch-1", 9000, b"\1" * 32).text, ())
    signed = stranger.more([scenery.WITNESSES["aid"].sign(stranger.text, 1)])
    assert examined(scene, scenery, folder, notes=[str(signed)]).verdict == "extends"


async def test_a_backup_whose_history_was_rewritten_is_a_fork(scene, scenery, county, backed):
    folder, _ = await backed("old")
    with closing(sqlite3.connect(folder / "toy.sqlite3")) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {name}")
        database.execute("update toy_events set actor = 'dev:other' where position = 30")
        database.commit()
    present = open_target(str(scene.path))
    assert examined(scene, scenery, folder, targets={"present": present}).verdict == "forked"
    await scene.record(county, 20)
    await scene.seal()
    await scene.cosign()
    assert examined(scene, scenery, folder, targets={"present": present}).verdict == "forked"


async def test_while_commands_come_in_a_backup_is_whole(scene, scenery, county, backed):
    over = threading.Event()

    async def office():
        while not over.is_set():
            await scene.record(county, 10)

    working = asyncio.create_task(office())
    folder, _ = await backed("busy")
    over.set()
    await working
    await scene.seal()
    await scene.cosign()
    with closing(sqlite3.connect(folder / "toy.sqlite3")) as database:
        positions = [p for (p,) in database.execute("select position from toy_events order by 1")]
    assert positions == list(range(1, len(positions) + 1))
    found = examined(scene, scenery, folder, targets={"present": open_target(str(scene.path))})
    assert found.verdict in {"missing", "extends"}


async def test_a_reader_that_ran_ahead_of_a_copy_has_its_publisher_copied_again(scene, backed, monkeypatch):
    from baoxue_deploy import backup

    copies, whole = [], backup._copy
    monkeypatch.setattr(backup, "_copy", lambda *given: (copies.append(given[0]), whole(*given)))
    monkeypatch.setattr(backup, "_behind", lambda _: {"toy"} if len(copies) < 3 else set())
    await backed("ahead")
    assert copies == ["toy"] * 3


async def test_keys_are_kept_apart_shut_to_others_and_destroyed_when_their_time_is_over(backed, tmp_path):
    folder, keys = await backed("one", keep=timedelta(0))
    assert not list(folder.glob("*master*"))
    assert not keys.exists()  # at once: its time was over
    folder, keys = await backed("two")
    assert (keys / "toy.master").stat().st_mode & 0o777 == 0o600
    assert keys.stat().st_mode & 0o777 == 0o700
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert "k" * 32 not in json.dumps(manifest)
    (keys / EXPIRES).write_text('{"expires": "2020-01-01T00:00:00+00:00"}', "utf-8")
    assert forget_expired(tmp_path / "key-backups") == [keys]
    with pytest.raises(NotEmptyError):
        await backed("two")


async def test_of_postgresql_the_rows_are_copied_as_they_stand(fresh, tmp_path):
    from baoxue_shared.history.opening import open_store
    from baoxue_shared.history.unit import Row, Unit

    place = fresh("toy").app
    store = open_store(place, "toy")
    from datetime import UTC, datetime
    from uuid import uuid4

    rows = tuple(
        Row(uuid4(), 1, "toy.Gate.Built", datetime(2025, 9, 1, tzinfo=UTC), "a", "220822", b'{"n":%d}' % n)
        for n in range(30)
    )
    await store.append(Unit(rows=rows))
    (tmp_path / "keys").mkdir()
    await asyncio.to_thread(back_up, {"toy": place}, tmp_path / "keys", tmp_path / "b", tmp_path / "k", MONTH)
    recorded = [row async for row in store.stream()]
    await store.close()
    copy = open_store(f"sqlite:///{tmp_path / 'b' / 'toy.sqlite3'}", "toy")
    assert [row async for row in copy.stream()] == recorded
    await copy.close()
