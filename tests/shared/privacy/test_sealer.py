from uuid import uuid4

import pytest
from baoxue_shared.privacy.sealer import ERASED, ErasedChildError, Sealer, TamperedFieldError
from msgspec.structs import replace

WHERE = "enrollment.Child.Recorded"


@pytest.fixture
def sealer(tmp_path):
    sealer = Sealer.open_store(tmp_path, "toy")
    yield sealer
    sealer.close()


async def test_a_sealed_field_opens_for_its_child_after_a_restart(sealer, tmp_path):
    child = uuid4()
    sealed = (await sealer.seal(child, WHERE, name="张三"))["name"]
    again = Sealer.open_store(tmp_path, "toy")
    assert await again.open(child, sealed) == "张三"
    again.close()


async def test_a_field_that_was_moved_or_changed_does_not_open(sealer):
    child, other = uuid4(), uuid4()
    sealed = (await sealer.seal(child, WHERE, name="张三"))["name"]
    theirs = (await sealer.seal(other, WHERE, name="李四"))["name"]
    moved = replace(sealed, where=f"{WHERE}.phone")
    for hostile in (moved, theirs, replace(sealed, box=theirs.box), replace(sealed, commitment=theirs.commitment)):
        with pytest.raises(TamperedFieldError):
            await sealer.open(child, hostile)


async def test_erasure_is_complete_and_final(sealer, tmp_path):
    child = uuid4()
    sealed = (await sealer.seal(child, WHERE, name="张三"))["name"]
    await sealer.claim("220822201501010015", child)
    await sealer.destroy(child)
    for keeper in (sealer, Sealer.open_store(tmp_path, "toy")):
        assert await keeper.open(child, sealed) == ERASED
        assert await keeper.find("220822201501010015") is None
        with pytest.raises(ErasedChildError):
            await keeper.seal(child, WHERE, name="张三")
    keeper.close()


async def test_an_id_number_belongs_to_whoever_claimed_it_first(sealer):
    first, second = uuid4(), uuid4()
    assert await sealer.claim("220822201501010015", first) == first
    assert await sealer.claim("220822201501010015", second) == first


def test_keys_are_readable_by_the_service_alone(sealer, tmp_path):
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir() if path.name != "toy.keys.sqlite3-shm"} == {0}
