"""A backup that is put back brings no erased child back: not its key, whoever recorded the erasure."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from baoxue_deploy.backup import back_up
from baoxue_deploy.places import Places
from baoxue_deploy.putting_back import ExpiredKeysError, Restore, put_back
from baoxue_shared.actor import acting_as
from baoxue_shared.history.commands import command
from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.erasure import record_erasure
from baoxue_shared.privacy.sealer import ERASED, Sealer


@pytest.fixture
async def installation(gates, county, tmp_path):
    """A child with a sealed name, backed up; then, in the history that goes on, erased."""
    build = type(gates).build_gate.__wrapped__.__annotations__["command"]
    with acting_as(county, clock=gates.clock):
        gate = (await gates.build_gate(build(name="东门"))).id
    (first,) = await gates.store.rows_of(gate)
    event = gates.mapper.to_event(first)
    stores = {"toy": f"sqlite:///{gates.store.path}"}
    folders = tmp_path / "backups" / "old", tmp_path / "key-backups" / "old"
    await asyncio.to_thread(back_up, stores, tmp_path / "keys", *folders, timedelta(days=30))

    class Erasing(type(gates)):
        @command
        async def erase(self, child_id: UUID, area: str):
            return await record_erasure(self, child_id, area, "by-court")

    with acting_as(county, clock=gates.clock):
        await Erasing(gates.store, gates.sealer, gates.clock).erase(event.child_id, "220822")
    return *folders, event


def present(folder):
    return {"toy": f"sqlite:///{folder / 'toy.sqlite3'}"}


async def test_a_child_that_was_erased_after_the_backup_stays_erased(installation, tmp_path):
    folder, keys, event = installation
    before = Sealer.open_store(keys, "toy")
    assert await before.open(event.child_id, event.name) == "东门"  # the old key would open it
    before.close()
    assert await put_back(Restore(["toy"], folder, keys, present(tmp_path)), Places(tmp_path)) == {"toy": 1}
    after = Sealer.open_store(tmp_path / "keys", "toy")
    assert await after.open(event.child_id, event.name) == ERASED
    after.close()
    store = open_store(f"sqlite:///{tmp_path / 'toy.sqlite3'}", "toy")
    assert await store.last_position() == 1
    await store.close()
    assert list(tmp_path.glob("replaced-*/toy.sqlite3"))


async def test_keys_whose_time_is_over_do_not_come_back(installation, tmp_path):
    folder, keys, _ = installation
    (keys / "expires.json").write_text('{"expires": "2020-01-01T00:00:00+00:00"}', "utf-8")
    with pytest.raises(ExpiredKeysError):
        await put_back(Restore(["toy"], folder, keys, present(tmp_path)), Places(tmp_path))
    assert (tmp_path / "toy.sqlite3").exists()
