"""A key destroyed by one process of a service is forgotten by all of them."""

import asyncio
import subprocess
import sys
from uuid import uuid4

import pytest
from baoxue_shared.privacy.keystore import KeyStore
from baoxue_shared.privacy.sealer import ERASED, ErasedChildError, Sealer

WHERE, NAME = "enrollment.Child.Recorded", "张小明"
DESTROY = """
import sys
from pathlib import Path
from uuid import UUID
from baoxue_shared.privacy.keystore import KeyStore
KeyStore(Path(sys.argv[1]), "enrollment").destroy(UUID(sys.argv[2]))
"""


@pytest.fixture
def sealer(tmp_path):
    sealer = Sealer.open_store(tmp_path, "enrollment")
    yield sealer
    sealer.close()


async def test_a_key_in_memory_is_of_no_use_after_another_process_destroyed_it(sealer, tmp_path):
    child, kept = uuid4(), uuid4()
    sealed, other = [(await sealer.seal(c, WHERE, name=NAME))["name"] for c in (child, kept)]
    await sealer.claim("220822201301010011", child)
    assert await sealer.open(child, sealed) == NAME
    destroying = [sys.executable, "-c", DESTROY, str(tmp_path), str(child)]
    await asyncio.to_thread(subprocess.run, destroying, check=True)
    assert await sealer.open(child, sealed) == ERASED
    assert await sealer.open(kept, other) == NAME
    assert await sealer.find("220822201301010011") is None
    with pytest.raises(ErasedChildError):
        await sealer.seal(child, WHERE, name=NAME)


@pytest.mark.parametrize("reading", ["key", "ensure"])
async def test_a_key_read_while_it_is_destroyed_is_not_remembered(sealer, tmp_path, monkeypatch, reading):
    """The other process destroys it between our reading, or making, of the key and our remembering it."""
    child, other = uuid4(), KeyStore(tmp_path, "enrollment")
    if reading == "key":
        await Sealer(other).seal(child, WHERE, name=NAME)
    read = getattr(sealer._keys, reading)

    def overtaken(wanted):
        found = read(wanted)
        monkeypatch.undo()
        other.destroy(child)
        sealer._known(uuid4())  # as another coroutine would at this moment
        return found

    monkeypatch.setattr(sealer._keys, reading, overtaken)
    sealed = (await sealer.seal(child, WHERE, name=NAME))["name"]  # the key was read, or made, before the erasure
    assert await sealer.open(child, sealed) == ERASED
    with pytest.raises(ErasedChildError):
        await sealer.seal(child, WHERE, name=NAME)
    other.close()


async def test_of_two_processes_that_make_a_key_at_once_one_key_holds(sealer, tmp_path):
    """The second one's fields are not recorded: its unit is told so, and is decided anew."""
    child, other = uuid4(), Sealer.open_store(tmp_path, "enrollment")
    ours, key_id = sealer.seal_until_settled(child, WHERE, name=NAME)
    theirs = (await other.seal(child, WHERE, name=NAME))["name"]
    sealer.settle()
    assert sealer.overtaken((key_id,))
    again, settled = sealer.seal_until_settled(child, WHERE, name=NAME)
    assert (again["name"].key_id, settled) == (theirs.key_id, None)
    assert ours["name"].key_id != theirs.key_id
    other.close()


def test_two_erasures_at_once_leave_a_sign_for_whoever_saw_only_one(tmp_path):
    seen, (one, two) = KeyStore(tmp_path, "enrollment"), [KeyStore(tmp_path, "enrollment") for _ in range(2)]
    marks = [seen.erasures()]
    for store in (one, two, one, one, two):
        store.destroy(uuid4())
        marks.append(seen.erasures())
    assert len(set(marks)) == len(marks)
    for store in (seen, one, two):
        store.close()
