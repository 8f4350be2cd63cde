"""A bulk command that a crash cut short is taken up where it stopped, and answers as if nothing had happened."""

import asyncio

import pytest


class PowerCutError(Exception):
    """Nothing more is written."""


@pytest.fixture
def cut_after(office, monkeypatch):
    """The process's last durable write is the n-th one from now."""

    def cut(writes):
        store, left = office.world.store, [writes]
        append = store.append

        async def until_cut(unit):
            if unit.rows and not left[0]:
                raise PowerCutError
            left[0] -= bool(unit.rows)
            return await append(unit)

        monkeypatch.setattr(store, "append", until_cut)

    yield cut
    monkeypatch.undo()


async def send_cut_and_again(office, cut_after, monkeypatch, writes, *request, **more):
    cut_after(writes)
    with pytest.raises(PowerCutError):
        await office.send(*request, key="same", **more)
    await asyncio.sleep(0.3)  # acts that were under way come to their end
    monkeypatch.undo()
    return (await office.send(*request, key="same", **more))["answer"]


async def test_notices_issued_before_the_crash_count_as_issued(office, registers, cut_after, monkeypatch):
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(120))
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    body = {"year": 2025, "area": "220822", "report_on": "2025-08-31"}
    answer = await send_cut_and_again(office, cut_after, monkeypatch, 1, "/notices/issuing", body)
    assert (answer["accepted"], answer["unchanged"]) == (120, 0)


async def test_a_list_counts_rows_of_both_attempts(office, cut_after, monkeypatch):
    await office.open_year()
    notices = [notice["notice_id"] for notice in await office.notices(8)]
    body = {"method": "in_hand", "served_on": "2025-07-01", "notices": notices}
    answer = await send_cut_and_again(office, cut_after, monkeypatch, 5, "/notices/services", body, role="township")
    assert (answer["accepted"], answer["unchanged"]) == (8, 0)
