"""Personal fields open only where they were sealed, for the child they were sealed for."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from baoxue_shared.privacy.sealer import ERASED, ErasedChildError, Sealer, TamperedFieldError
from baoxue_shared.sealed import Sealed

WHERE = "enrollment.Child.ChildRecorded"
NAME = "张小明"


@pytest.fixture
def sealer(tmp_path: Path) -> Iterator[Sealer]:
    sealer = Sealer.open_store(tmp_path / "keys", "enrollment")
    yield sealer
    sealer.close()


def test_a_field_opens_where_it_was_sealed_also_after_a_restart(sealer: Sealer, tmp_path: Path) -> None:
    child = uuid4()
    boxes = asyncio.run(sealer.seal(child, WHERE, name=NAME, phone="13800000000"))
    assert boxes["name"].where == f"{WHERE}.name"
    assert NAME not in msgspec.json.encode(boxes).decode()
    again = Sealer.open_store(tmp_path / "keys", "enrollment")
    assert asyncio.run(again.open(child, boxes["name"])) == NAME
    again.close()


def test_the_same_text_is_never_sealed_the_same_way(sealer: Sealer) -> None:
    child = uuid4()
    first = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    second = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    assert first.box != second.box
    assert first.commitment == second.commitment


def tampered(box: str) -> str:
    content = bytearray(base64.b64decode(box))
    content[-1] ^= 1
    return base64.b64encode(content).decode()


def test_a_changed_box_does_not_open(sealer: Sealer) -> None:
    child = uuid4()
    sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    with pytest.raises(TamperedFieldError):
        asyncio.run(sealer.open(child, msgspec.structs.replace(sealed, box=tampered(sealed.box))))


def test_a_box_moved_to_another_field_does_not_open(sealer: Sealer) -> None:
    child = uuid4()
    sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    with pytest.raises(TamperedFieldError):
        asyncio.run(sealer.open(child, msgspec.structs.replace(sealed, where=f"{WHERE}.guardian")))


def test_a_box_moved_to_another_child_does_not_open(sealer: Sealer) -> None:
    child, other = uuid4(), uuid4()
    sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    asyncio.run(sealer.seal(other, WHERE, name="李四"))
    with pytest.raises(TamperedFieldError):
        asyncio.run(sealer.open(other, sealed))


def test_a_box_with_another_commitment_does_not_open(sealer: Sealer) -> None:
    child = uuid4()
    sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    with pytest.raises(TamperedFieldError):
        asyncio.run(sealer.open(child, msgspec.structs.replace(sealed, commitment=tampered(sealed.commitment))))


def test_sixty_four_seals_at_once_all_open(sealer: Sealer) -> None:
    async def story() -> None:
        children = [uuid4() for _ in range(64)]
        sealed = await asyncio.gather(*(sealer.seal(c, WHERE, name=f"童{n}") for n, c in enumerate(children)))
        opened = await asyncio.gather(*(sealer.open(c, s["name"]) for c, s in zip(children, sealed, strict=True)))
        assert opened == [f"童{n}" for n in range(64)]

    asyncio.run(story())


def test_two_processes_use_one_key_of_a_child(sealer: Sealer, tmp_path: Path) -> None:
    other = Sealer.open_store(tmp_path / "keys", "enrollment")
    child = uuid4()
    ours: Sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    theirs: Sealed = asyncio.run(other.seal(child, WHERE, name=NAME))["name"]
    assert (ours.key_id, ours.commitment) == (theirs.key_id, theirs.commitment)
    other.close()


def test_an_id_number_finds_its_child_and_the_first_claim_holds(sealer: Sealer) -> None:
    first, second = uuid4(), uuid4()
    assert asyncio.run(sealer.find("220822201301010011")) is None
    assert asyncio.run(sealer.claim("220822201301010011", first)) == first
    assert asyncio.run(sealer.claim("220822201301010011", second)) == first
    assert asyncio.run(sealer.find("220822201301010011")) == first


def test_parts_of_a_digest_do_not_flow_together(sealer: Sealer) -> None:
    assert sealer.digest("ab", "c") != sealer.digest("a", "bc")
    assert sealer.digest("ab", "c") == sealer.digest("ab", "c")


def test_key_files_hold_nothing_in_clear_and_are_their_owners_alone(sealer: Sealer, tmp_path: Path) -> None:
    asyncio.run(sealer.seal(uuid4(), WHERE, name=NAME))
    asyncio.run(sealer.claim("220822201301010011", uuid4()))
    for file in (tmp_path / "keys").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
        assert b"220822201301010011" not in file.read_bytes()


def test_after_erasure_nothing_opens_and_nothing_new_is_sealed(sealer: Sealer, tmp_path: Path) -> None:
    child = uuid4()
    sealed = asyncio.run(sealer.seal(child, WHERE, name=NAME))["name"]
    asyncio.run(sealer.claim("220822201301010011", child))
    asyncio.run(sealer.destroy(child))
    later = Sealer.open_store(tmp_path / "keys", "enrollment")
    for each in (sealer, later):
        assert asyncio.run(each.open(child, sealed)) == ERASED
        assert asyncio.run(each.find("220822201301010011")) is None
        with pytest.raises(ErasedChildError):
            asyncio.run(each.seal(child, WHERE, name=NAME))
    later.close()


def test_a_destroyed_key_is_in_no_byte_of_the_key_files(sealer: Sealer, tmp_path: Path) -> None:
    child = uuid4()
    asyncio.run(sealer.seal(child, WHERE, name=NAME))
    wrapped = sealer._keys._db.execute("select wrapped from keys").fetchone()[0]
    assert any(wrapped in file.read_bytes() for file in (tmp_path / "keys").iterdir())
    asyncio.run(sealer.destroy(child))
    assert not any(wrapped in file.read_bytes() for file in (tmp_path / "keys").iterdir())
