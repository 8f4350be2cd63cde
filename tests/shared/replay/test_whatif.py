"""A what-if: the duties by other settings beside the real answer, over the same record, and never recorded."""

import asyncio

import pytest
from baoxue_shared.history.opening import open_store


def length(place):
    async def asked():
        store = open_store(place, "cases")
        last = await store.last_position()
        await store.close()
        return last

    return asyncio.run(asked())


async def test_other_settings_stand_beside_the_real_answer_and_leave_no_trace(audited):
    before = await asyncio.to_thread(length, audited.place)
    at = ("--at", "2025-09-08", "--set", "responsible.first=P9D")
    code, rows = await asyncio.to_thread(lambda: audited("whatif", *at))
    assert code == 0
    (row,) = [r for r in rows if audited.case in r["key"]]
    assert (row["real"]["state"], row["whatif"]["state"]) == ("missed", "pending")
    assert row["real"]["due_on"] != row["whatif"]["due_on"]
    assert await asyncio.to_thread(length, audited.place) == before


def test_settings_that_change_nothing_say_so(audited):
    assert audited("whatif", "--at", "2025-09-08", "--set", "bulletin.days=11")[0] == 1


@pytest.mark.parametrize("wrong", ["no.such=1", "bulletin.days=soon", "responsible.first=3"])
def test_a_setting_that_is_none_or_does_not_fit_is_refused_with_words(audited, wrong):
    assert audited("whatif", "--set", wrong)[0] == 2
    assert "/" in audited.stderr
