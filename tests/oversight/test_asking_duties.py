"""The ledger of duties over HTTP: narrowed, in words, and with a mark for every duty that has no state."""

from datetime import date
from uuid import UUID

import pytest
from baoxue_shared.clock import shanghai

AT = {"at": shanghai(date(2025, 12, 1)).isoformat()}


async def ask(desk, **query):
    return await desk.served.ask("/duties", "city-education", **AT | {"limit": 1000} | query)


async def test_all_eighty_duties_answer_and_those_without_events_are_marked(desk):
    await desk.county_opens()
    told = await ask(desk)
    ids = {row["duty_id"] for row in (*told["rows"], *told["without"])}
    assert len(ids) == 80
    waiting = {row["duty_id"] for row in told["without"] if row["mark"] == "waiting for events"}
    assert "D-3.3-accountability" in waiting or "D-3.3-accountability" in {row["duty_id"] for row in told["rows"]}
    assert told["duties"]["D-1.3-rollcall-15"]["rule"]["zh"][0].endswith("15 天内")


async def test_questions_by_child_case_body_clause_period_and_person(desk):
    await desk.county_opens()
    child = await desk.child(1)
    await desk.case(child)
    await desk.assigned(child, date(2025, 9, 8))
    of_child = (await ask(desk, child=str(child)))["rows"]
    assert {row["duty_id"] for row in of_child} == {"D-3.2-person-for-child", "D-1.3-guardian-duty"}
    case = next(row["key"].partition("=")[2] for row in of_child if row["duty_id"].startswith("D-3.2"))
    assert [row["persons"] for row in (await ask(desk, case=case, duty="D-3.2"))["rows"]] == [["t1"]]
    assert {row["duty_id"] for row in (await ask(desk, person="t1"))["rows"]} >= {"D-3.2-person-for-child"}
    assert {row["bearer"] for row in (await ask(desk, body=desk.SCHOOL))["rows"]} == {desk.SCHOOL}
    assert {row["clause"] for row in (await ask(desk, clause="3.1"))["rows"]} == {"3.1"}
    assert {row["key"] for row in (await ask(desk, period="2025-09"))["rows"]} == {
        f"bearer={desk.SCHOOL}/period=2025-09",  # bulletins, the county's checks of the register, the school's
        "county=220822/period=2025-09",
        f"school={desk.SCHOOL}/month=2025-09",
    }


FILTERS = {
    "duty": ("D-1.3-rollcall-15", lambda row, wanted: row["duty_id"] == wanted),
    "clause": ("3.2", lambda row, wanted: row["clause"] == wanted),
    "area": ("220822100", lambda row, wanted: row["area"].startswith(wanted)),
    "county": ("220822", lambda row, wanted: row["area"].startswith(wanted)),
    "body": ("school", lambda row, wanted: row["body"] == wanted),
    "state": ("missed", lambda row, wanted: row["state"] == wanted),
    "person": ("t1", lambda row, wanted: wanted in row["persons"]),
    "period": ("2025-autumn", lambda row, wanted: any(part.endswith(f"={wanted}") for part in row["key"].split("/"))),
    "child": ("CHILD", lambda row, wanted: row["child"] == wanted),
    "case": ("CASE", lambda row, wanted: f"case={wanted}" in row["key"]),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_each_parameter_gives_exactly_the_rows_of_the_whole_that_it_names(desk, name):
    await desk.county_opens()
    child = await desk.child(1)
    await desk.case(child)
    await desk.assigned(child, date(2025, 9, 8))
    wanted, holds = FILTERS[name]
    wanted = {"CHILD": str(child), "CASE": str(UUID(int=child.int + 1))}.get(wanted, wanted)
    whole = (await ask(desk))["rows"]
    expected = [row for row in whole if holds(row, wanted)]
    assert 0 < len(expected) < len(whole) or name == "county"
    told = await ask(desk, **{name: wanted})
    assert (told["rows"], told["count"]) == (expected, len(expected))


async def test_pages_follow_each_other_and_only_the_first_tells_of_duties_without_a_state(desk):
    await desk.county_opens()
    whole = await ask(desk)
    page = await ask(desk, limit=5)
    rows, pages = page["rows"], 1
    assert (page["count"], page["without"]) == (whole["count"], whole["without"])
    while page["next"]:
        page = await ask(desk, limit=5, after=page["next"])
        rows, pages = rows + page["rows"], pages + 1
        assert page["without"] == []
        assert set(page["duties"]) == {row["duty_id"] for row in page["rows"]}
    assert rows == whole["rows"]
    assert pages == -(-whole["count"] // 5)
