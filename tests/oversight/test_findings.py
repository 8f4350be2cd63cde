"""A missed duty becomes one finding by itself; the body answers it; history is not edited."""

from contextlib import suppress
from datetime import date

import pytest
from baoxue_oversight.ledger import Ledger


async def test_a_roll_call_that_nobody_held_becomes_a_finding_on_the_seventeenth(desk):
    await desk.county_opens()
    await desk.pass_day(date(2025, 9, 16))
    assert await desk.findings() == []
    await desk.pass_day(date(2025, 9, 17))
    (finding,) = await desk.findings()
    assert (finding["duty_id"], finding["bearer"], finding["due_on"]) == (
        "D-1.3-rollcall-15",
        desk.SCHOOL,
        "2025-09-16",
    )


async def test_it_is_raised_once_also_by_a_process_that_starts_anew(desk):
    await desk.county_opens()
    await desk.pass_day(date(2025, 9, 17))
    oversight = desk.served.parts.application
    oversight.ledger = Ledger(desk.served.world.store)  # what a restart has: nothing remembered
    await desk.pass_day(date(2025, 9, 17))
    await desk.pass_day(date(2025, 9, 18))
    assert len(await desk.findings()) == 1


async def test_after_a_restart_a_new_miss_is_raised_though_older_ones_are_told_again(desk):
    """The older finding is on record with another day: raising it again must not stop the new one."""
    await desk.county_opens()
    await desk.pass_day(date(2025, 9, 17))
    await desk.case(await desk.child(1), day=date(2025, 9, 17))
    desk.served.parts.application.ledger = Ledger(desk.served.world.store)
    await desk.pass_day(date(2025, 9, 30))
    assert sorted(f["duty_id"] for f in await desk.findings()) == ["D-1.3-rollcall-15", "D-3.2-person-for-child"]


@pytest.mark.parametrize("restarted", [True, False])
async def test_a_day_cut_short_by_a_crash_is_taken_up_again(desk, monkeypatch, restarted):
    await desk.county_opens()
    await desk.case(await desk.child(1))
    store, append = desk.served.world.store, desk.served.world.store.append
    left = [1]

    async def until_cut(unit):
        if unit.rows and not left[0]:
            raise ConnectionError
        left[0] -= bool(unit.rows)
        return await append(unit)

    monkeypatch.setattr(store, "append", until_cut)
    with suppress(ConnectionError):
        await desk.pass_day(date(2025, 9, 17))
    monkeypatch.undo()
    if restarted:
        desk.served.parts.application.ledger = Ledger(store)
    await desk.pass_day(date(2025, 9, 17))
    assert sorted(f["duty_id"] for f in await desk.findings()) == ["D-1.3-rollcall-15", "D-3.2-person-for-child"]


async def test_the_body_answers_and_supervision_decides(desk):
    await desk.county_opens()
    await desk.pass_day(date(2025, 9, 17))
    (finding,) = await desk.findings("school", school=desk.SCHOOL)
    path = f"/findings/{finding['finding_id']}"
    answer = {"text": "王校长：名单在纸上", "answered_on": "2025-09-20"}
    await desk.served.send(f"{path}/answer", answer, "school", school=desk.SCHOOL)
    decision = {"decision": "upheld", "decided_on": "2025-09-25"}
    await desk.served.send(f"{path}/decision", decision, "city-education")
    again = await desk.served.post(f"{path}/answer", answer, "school", school=desk.SCHOOL)
    assert (again.status_code, again.json()["type"]) == (409, "urn:baoxue:problem:DecidedFindingError")
    states = [row.state async for row in desk.served.world.store.stream()]
    assert not [s for s in states if "王校长".encode() in s]


async def test_another_school_does_not_see_it(desk):
    await desk.county_opens()
    await desk.pass_day(date(2025, 9, 17))
    assert await desk.findings("school", school="00000000-0000-0000-0000-000000000001") == []
    assert await desk.findings("township", of="220822101") == []


async def test_a_finding_s_record_names_the_person_responsible_at_that_time_besides_the_body(desk):
    child = await desk.child(1)
    await desk.case(child)
    await desk.assigned(child, date(2025, 9, 12))  # the limit was the 9th
    await desk.pass_day(date(2025, 9, 13))
    named = [(f["duty_id"], f["bearer"], f["persons"]) for f in await desk.findings(duty="D-3.2")]
    assert named == [("D-3.2-person-for-child", desk.SCHOOL, [])]  # nobody was named by then
    await desk.released(child, date(2025, 9, 20))
    await desk.pass_day(date(2025, 9, 22))
    later = {f["due_on"]: f["persons"] for f in await desk.findings(duty="D-3.2")}
    assert later == {"2025-09-09": [], "2025-09-20": ["t1"]}
    (raised,) = [f["finding_id"] for f in await desk.findings() if f["persons"]]
    history = await desk.served.ask(f"/history/{raised}", "city-education")
    assert "t1" in str(history)
