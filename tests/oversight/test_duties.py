"""Who should have and did not, as of any instant of the past."""

from datetime import date

from baoxue_shared.clock import shanghai


async def state(desk, day, **query):
    rows = await desk.duties(at=shanghai(day, 12).isoformat(), duty="D-3.2", **query)
    return [row["state"] for row in rows]


async def test_a_state_of_the_past_stays_what_it_was(desk):
    child = await desk.child(1)
    await desk.case(child)
    await desk.assigned(child, date(2025, 9, 12))
    assert await state(desk, date(2025, 9, 8)) == ["pending"]
    assert await state(desk, date(2025, 9, 11)) == ["missed"]
    assert await state(desk, date(2025, 9, 13)) == ["met_late"]
    await desk.case(await desk.child(5), date(2025, 11, 1))
    assert await state(desk, date(2025, 9, 11)) == ["missed"]


async def test_reach_and_filters(desk):
    await desk.county_opens()
    at = shanghai(date(2025, 12, 1)).isoformat()
    mine = await desk.duties("school", school=desk.SCHOOL, at=at)
    assert {row["bearer"] for row in mine} == {desk.SCHOOL}
    assert await desk.duties("county-education", of="220881", at=at) == []
    missed = await desk.duties(at=at, state="missed", duty="D-1.3")
    assert [row["key"] for row in missed] == [f"school={desk.SCHOOL}/semester=2025-autumn"]
