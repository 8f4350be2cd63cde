"""The ledger of duties over HTTP: narrowed, in words, and with a mark for every duty that has no state."""

from datetime import date

from baoxue_shared.clock import shanghai

AT = {"at": shanghai(date(2025, 12, 1)).isoformat()}


async def ask(desk, **query):
    return await desk.served.ask("/duties", "city-education", **AT, **query)


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
        f"bearer={desk.SCHOOL}/period=2025-09"
    }
