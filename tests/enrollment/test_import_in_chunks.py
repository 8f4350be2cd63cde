"""A register is recorded by the chunk: the same events as row by row, each once, whoever else is at work."""

import asyncio
import json
from contextlib import contextmanager
from datetime import date

import pytest
from baoxue_deploy.digest import digest
from baoxue_enrollment.application import chunks
from baoxue_enrollment.imports import reading
from baoxue_shared.errors import OverloadedError

BORN = date(2019, 3, 5)
BOOKED = ("enrollment.BulkEntry.", "enrollment.ImportedRegister.")  # a file each
ROWS = 60


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Nine rows at once: households lie across the borders of chunks."""
    monkeypatch.setattr(reading, "AT_ONCE", 9)


async def history(office):
    return [row async for row in office.world.store.stream() if not row.topic.startswith(BOOKED)]


async def opened(office):
    """What is recorded of each child, opened, in order of ID number."""
    found = []
    for row in await history(office):
        event = office.parts.application.mapper.to_event(row)
        if row.topic == "enrollment.Child.Recorded":
            sealed = {name: getattr(event.identity, name) for name in event.identity.__struct_fields__}
            plain = {n: s and await office.world.sealer.open(event.originator_id, s) for n, s in sealed.items()}
            found.append((plain, event.area, event.entry_year, event.metadata.clause, event.metadata.request_id))
    return sorted(found, key=lambda one: one[0]["id_number"])


def households(text):
    """One file per household."""
    heads, *lines = text.splitlines()
    numbers = dict.fromkeys(line.split(",")[0] for line in lines)
    return ["\n".join([heads, *(line for line in lines if line.startswith(f"{n},"))]) for n in numbers]


async def recorded(office, files):
    for n, text in enumerate(files):
        await office.import_households(text, key=f"file-{n}")
    return {"enrollment": digest([("enrollment", await history(office))]), "children": await opened(office)}


async def test_a_chunk_records_the_very_events_that_single_households_record(office, registers, another_office):
    text = registers.register(ROWS)
    at_once = await recorded(office, [text])
    singly = await recorded(another_office, households(text))
    assert at_once["enrollment"] == singly["enrollment"]
    assert [one[:-1] for one in at_once["children"]] == [one[:-1] for one in singly["children"]]
    assert len(at_once["children"]) == ROWS


async def test_each_event_tells_the_row_of_the_file_that_it_came_from(office, registers):
    await office.import_households(registers.register(3), key="april")
    assert [one[-1].rpartition("/")[2] for one in await opened(office)] == ["april#2", "april#3", "april#3"]


async def test_two_people_importing_one_file_at_once_record_each_child_once(office, registers):
    text = registers.register(ROWS)
    answers = await asyncio.gather(*(office.import_households(text) for _ in range(3)))
    assert sum(a["answer"]["accepted"] for a in answers) == ROWS
    assert sum(a["answer"]["unchanged"] for a in answers) == 2 * ROWS
    assert len(await opened(office)) == ROWS


@contextmanager
def cut_after(office, monkeypatch, writes):
    """The process's last durable write is the n-th one from now."""
    store, left = office.world.store, [writes]
    append = store.append

    async def until_cut(unit):
        if unit.rows and not left[0]:
            raise InterruptedError
        left[0] -= bool(unit.rows)
        return await append(unit)

    with monkeypatch.context() as patched:
        patched.setattr(store, "append", until_cut)
        yield


async def test_an_import_that_a_crash_cut_short_goes_on_and_tells_of_both_parts(office, registers, monkeypatch):
    lines = registers.register(ROWS).splitlines()
    lines.insert(3, registers.row(90, BORN, village="220881100201"))
    text = "\n".join(lines)
    with cut_after(office, monkeypatch, 3), pytest.raises(InterruptedError):
        await office.import_households(text, key="april")
    before = len(await opened(office))
    assert 0 < before < ROWS
    progress = await office.ask("/registers/progress", key="april")
    assert progress == {"accepted": before, "unchanged": 0}
    answer = await office.import_households(text, key="april")
    assert answer["answer"] == {"accepted": ROWS, "unchanged": 0, "refused": 1}
    assert "220881" in answer["errors"].rpartition(",")[2]
    assert len(await opened(office)) == ROWS


async def test_an_import_waits_for_evidence_that_lags_behind(office, registers, monkeypatch):
    monkeypatch.setattr(chunks, "PAUSE", 0.01)
    refusals = iter([True] * 5)

    def admit():
        if next(refusals, False):
            raise OverloadedError

    monkeypatch.setattr(office.world.store, "admit", admit)
    assert (await office.import_households(registers.register(ROWS)))["answer"]["accepted"] == ROWS


async def test_a_child_registered_at_another_school_than_the_file_says_is_warned_of(office, registers):
    await office.draw_zones()
    await office.import_households(registers.register(1, date(2015, 3, 5)))
    number = registers.id_number(date(2015, 3, 5), 1)
    file = f"身份证号,学校,年级\n{number},{{school}},四年级\n"
    await office.send("/registers/pupils?year=2024", file.format(school="开通镇中心校").encode())
    answer = await office.send("/registers/pupils?year=2024", file.format(school="通榆四中").encode(), key="again")
    assert answer["answer"] == {"accepted": 0, "unchanged": 1, "refused": 0}
    assert "学籍已在开通镇中心校，本表写的是通榆四中" in answer["warnings"]["2"]
    again = await office.send("/registers/pupils?year=2024", file.format(school="通榆四中").encode(), key="again")
    assert json.dumps(again["warnings"]) == json.dumps(answer["warnings"])


async def test_progress_tells_of_rows_that_were_on_record_before(office, registers):
    text = registers.register(ROWS)
    await office.import_households(text)
    await office.import_households(text, key="again")
    assert await office.ask("/registers/progress", key="again") == {"accepted": 0, "unchanged": ROWS}
