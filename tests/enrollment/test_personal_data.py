"""Nothing personal lies in clear; who reads a file is on record; what is erased stays erased."""

from datetime import date

BORN = date(2019, 3, 5)


async def _bytes(office):
    """All files of the service, and what its database says (which may be elsewhere)."""
    files = [path for path in office.world.settings.keys.parent.rglob("*") if path.is_file()]
    rows = [row async for row in office.world.store.stream()]
    tables = [str(await office.world.store.fetch(f"select * from {t}")) for t in ("child_list", "entry_list")]
    assert rows
    parts = [*(path.read_bytes() for path in files), *(row.state for row in rows), *map(str.encode, tables)]
    return b"".join(parts)


async def test_no_personal_data_lies_in_clear_in_any_file(office, registers):
    year_id = await office.open_year()
    await office.serve(await office.notices(3))
    await office.open_autumn(year_id)
    await office.ask("/children")
    bad = registers.row(9, BORN, name="坏行童").replace(registers.id_number(BORN, 9), "220822190000000000")
    assert "坏行童" in (await office.import_households(f"{registers.HEADS}\n{bad}"))["errors"]
    kept = await _bytes(office)
    clear = ["测试童1", "监护人1", "13804310001", registers.id_number(BORN, 1), "2019-03-05", "低保", "坏行童"]
    assert [text for text in clear if text.encode() in kept] == []


async def test_whoever_opens_a_childs_file_is_in_the_read_log(office, registers):
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children", "auditor"))["rows"]
    assert "name" not in child
    file = await office.ask(f"/children/{child['child_id']}", "township")
    assert (file["name"], file["born_on"], file["guardian_phone"]) == ("测试童1", "2019-03-05", "13804310001")
    log = await office.world.store.fetch("select role, child_id, what from enrollment_read_log")
    assert log == [{"role": "township", "child_id": child["child_id"], "what": "file"}]


async def test_a_child_of_elsewhere_is_not_found(office, registers):
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children"))["rows"]
    stranger = office.token("township", area="220822101")
    response = await office.client.get(f"/children/{child['child_id']}", headers=stranger)
    assert response.status_code == 404


async def test_an_erased_child_reads_as_erased_and_leaves_the_gap_lists(office, registers):
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children"))["rows"]
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    path, body = f"/children/{child['child_id']}/erasure", {"ground": "recorded-in-error"}
    await office.send(path, body)
    file = await office.ask(f"/children/{child['child_id']}")
    assert (file["name"], file["id_number"]) == ("已删除 (erased)", "已删除 (erased)")
    assert await office.gaps("due-without-notice") == []
    assert len(await office.gaps("due-without-notice", at=before)) == 1
    assert (await office.post(path, body)).status_code == 409
