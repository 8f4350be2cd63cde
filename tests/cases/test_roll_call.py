"""15 days to list those who did not come and to verify each cause; an empty list is a list, silence is none."""

import asyncio
from uuid import UUID, uuid4


async def test_a_roll_call_opens_for_each_school_when_the_semester_opens(desk):
    for school in (1, 2, 3):
        await desk.served.hear(desk.zone(UUID(int=school)))
    await desk.served.hear(desk.semester())
    rows = (await desk.served.ask("/roll-calls", "county-education"))["rows"]
    assert [(r["opened_on"], r["due_on"]) for r in rows] == [("2025-09-01", "2025-09-16")] * 3


async def test_a_school_that_becomes_known_later_has_its_roll_call_too(desk):
    await desk.served.hear(desk.semester())
    await desk.served.hear(desk.zone())
    await desk.served.hear(desk.zone())
    assert (await desk.served.topics()).count("cases.RollCall.Opened") == 1


async def test_listed_verified_one_by_one_and_closed(desk):
    path, child = await desk.roll_call(), uuid4()
    assert (await desk.list_absent(path, child)).status_code == 200
    assert (await desk.verify(path, child)).status_code == 200
    assert (await desk.close(path)).status_code == 200
    read = await desk.served.ask(path, "school", school=desk.SCHOOL)
    assert (read["closed"], read["children"][0]["cause"]) == (True, "poverty")


async def test_a_cause_that_nobody_verified_keeps_it_open(desk):
    path, first, second = await desk.roll_call(), uuid4(), uuid4()
    await desk.list_absent(path, first, second)
    await desk.verify(path, first)
    refused = await desk.close(path)
    assert (refused.status_code, refused.json()["available"]) == (409, ["verify_absence"])
    assert str(second) in refused.json()["detail"]


async def test_without_a_list_it_stays_open_and_with_an_empty_one_it_closes(desk):
    path = await desk.roll_call()
    assert (await desk.close(path)).json()["type"] == "urn:baoxue:problem:NothingListedError"
    await desk.list_absent(path)
    assert (await desk.close(path)).status_code == 200
    assert (await desk.list_absent(path, uuid4())).status_code == 409


async def test_a_child_that_is_not_listed_has_no_cause(desk):
    path = await desk.roll_call()
    await desk.list_absent(path)
    assert (await desk.verify(path, uuid4())).json()["type"] == "urn:baoxue:problem:NotListedError"


async def test_a_case_opens_for_each_listed_child_that_has_none(desk):
    path, known, new = await desk.roll_call(), uuid4(), uuid4()
    await desk.served.hear(desk.missed(known))
    answer = await desk.list_absent(path, known, new)
    assert answer.json()["answer"] == {"cases_opened": 1}
    cases = await desk.served.ask("/cases", "school", school=desk.SCHOOL)
    assert sorted(c["source"] for c in cases["rows"]) == ["check_in_missed", "roll_call"]


async def test_the_same_list_ten_times_at_once_is_one_list(desk):
    path, child = await desk.roll_call(), uuid4()
    answers = await asyncio.gather(*(desk.list_absent(path, child, key="one") for _ in range(10)))
    assert len({a.text for a in answers}) == 1
    topics = await desk.served.topics()
    assert (topics.count("cases.RollCall.PupilsNotCheckedIn"), topics.count("cases.DropoutCase.Opened")) == (1, 1)


async def test_another_school_may_not_touch_it(desk):
    path = await desk.roll_call()
    body = {"children": [], "listed_on": "2025-09-08"}
    assert (await desk.served.post(f"{path}/list", body, "school", school=str(uuid4()))).status_code == 403
