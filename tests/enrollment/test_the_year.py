"""The year's tasks: each a command of its bearer, each overdue one visible; the plan shows what lacks."""

from datetime import date
from uuid import uuid4

import pytest
from baoxue_shared.clock import shanghai

COUNTY, TOWNSHIP, VILLAGE = "220822", "220822100", "220822100201"
CHANNELS = ("walls", "newspaper", "tv", "radio", "phone")


async def _tasks(office, **params):
    answer = await office.ask("/year-tasks", **params)
    return {(row["area"], row["task"]): row for row in answer["rows"]}


async def _due(office, registers, entrants):
    """A year, the zones, and so many children due for grade 1."""
    year_id = await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(entrants))
    return year_id


async def test_every_task_of_the_year_has_its_bearer_and_day_and_shows_when_it_is_overdue(office, registers):
    office.clock.instant = shanghai(date(2025, 3, 3), 9)
    year_id = await _due(office, registers, 1)
    assert {row["state"] for row in (await _tasks(office)).values()} == {"pending"}
    tasks = [{"department": "justice", "task": "普法进村"}, {"department": "finance", "task": "落实补助"}]
    await office.send(f"/school-years/{year_id}/study", {"held_on": "2025-03-03", "tasks": tasks}, "county-government")
    plan = {"year": 2025, "township": TOWNSHIP, "channels": ["walls", "phone"], "planned_on": "2025-03-05"}
    await office.send("/publicity-plans", plan, "township")
    done = {"year": 2025, "township": TOWNSHIP, "channel": "walls", "recorded_on": "2025-04-02"}
    await office.send("/publicity-plans/records", done, "township")
    office.clock.instant = shanghai(date(2025, 5, 6), 9)
    seen = await _tasks(office)
    assert seen[COUNTY, "study"]["state"] == "done"
    assert (seen[TOWNSHIP, "publicity-plan"]["state"], seen[TOWNSHIP, "publicity/walls"]["state"]) == ("done", "late")
    assert (seen[COUNTY, "publicity/tv"]["state"], seen[COUNTY, "publicity/walls"]["state"]) == ("overdue", "late")
    assert seen[TOWNSHIP, "survey-closing"]["state"] == "overdue"
    assert (seen[COUNTY, "summary"]["state"], seen[COUNTY, "summary"]["bearer"]) == ("overdue", "county_education")
    assert (seen[COUNTY, "plan"]["state"], seen[COUNTY, "follow-up"]["due_on"]) == ("pending", "2025-09-30")


async def test_a_township_sees_its_own_tasks_only(office, registers):
    await _due(office, registers, 1)
    assert {area for area, _ in await _tasks(office, role="township")} == {TOWNSHIP}


async def test_a_township_publicises_by_its_plan_only(office, registers):
    await _due(office, registers, 1)
    plan = {"year": 2025, "township": TOWNSHIP, "channels": ["walls"], "planned_on": "2025-03-05"}
    record = {"year": 2025, "township": TOWNSHIP, "channel": "tv", "recorded_on": "2025-03-20"}
    assert (await office.post("/publicity-plans/records", record, "township")).status_code == 404
    await office.send("/publicity-plans", plan, "township")
    assert (await office.post("/publicity-plans", plan, "township")).status_code == 409
    assert (await office.post("/publicity-plans/records", record, "township")).status_code == 409
    stranger = await office.post("/publicity-plans", {**plan, "township": "220822101"}, "township")
    assert stranger.status_code == 403


async def test_the_summary_keeps_the_records_own_count_by_township_beside_the_reported_number(office, registers):
    year_id = await _due(office, registers, 3)
    body = {
        "children": 4,
        "submitted_on": "2025-04-28",
        "aid_needs": [{"township": TOWNSHIP, "need": "boarding", "children": 2}],
    }
    answer = (await office.send(f"/school-years/{year_id}/summary", body))["answer"]
    due = {"township": TOWNSHIP, "grade_1": 3, "grade_7": 0, "returning": 0, "moved_in": 0}
    assert answer == {"reckoned": 3, "distribution": [due]}


@pytest.fixture
async def planned(office, registers):
    """Three entrants from a village nine kilometres away; two places, one bed, no post stated."""
    year_id = await _due(office, registers, 3)
    places = {"year": 2025, "places": [{"grade": 1, "places": 2}], "beds": 1, "set_on": "2025-04-01"}
    await office.send(f"/zones/{office.school}/places", places)
    await office.send(f"/zones/{office.school}/distances", {"distances": [{"village": VILLAGE, "metres": 9000}]})
    await office.send(f"/school-years/{year_id}/summary", {"children": 3, "submitted_on": "2025-04-28"})
    return year_id


async def _adopt(office, year_id, **body):
    path = f"/school-years/{year_id}/plan"
    return (await office.send(path, {"adopted_on": "2025-05-20", **body}, "county-government"))["answer"]


async def test_the_plan_shows_per_school_what_is_needed_what_there_is_and_what_lacks(office, planned):
    needs = await office.ask("/plans/needs", role="county-government")
    rows = {row["what"]: (row["needed"], row["has"], row["lacks"]) for row in needs["rows"]}
    assert rows == {"places_grade_1": (3, 2, 1), "beds": (3, 1, 2), "posts": (1, None, 0)}
    assert (needs["lacks"], needs["unstated"]) == ({"places_grade_1": 1, "beds": 2}, 1)


async def test_what_lacks_is_supplied_by_allocations_and_what_still_lacks_is_in_the_plan(office, planned):
    given = [{"school_id": office.school, "what": "beds", "count": 1}]
    assert await _adopt(office, planned, allocations=given) == {"lacks": {"places_grade_1": 1, "beds": 1}}
    assert (await office.ask("/plans/needs"))["lacks"] == {"places_grade_1": 1, "beds": 1}
    more = {"year": 2025, "places": [{"grade": 1, "places": 3}], "beds": 3, "posts": 1, "set_on": "2025-06-30"}
    await office.send(f"/zones/{office.school}/places", more)
    assert (await office.ask("/plans/needs"))["lacks"] == {}


async def test_the_plan_is_followed_up_by_township_and_department_once_it_is_adopted(office, planned):
    body = {"year": 2025, "body": TOWNSHIP, "progress": "床位已到位一张", "followed_up_on": "2025-07-01"}
    assert (await office.post("/plans/follow-ups", body, "county-government")).status_code == 404
    await _adopt(office, planned)
    await office.send("/plans/follow-ups", body, "county-government")
    await office.send("/plans/follow-ups", {**body, "body": "finance"}, "county-government")
    rows = (await office.ask("/follow-ups", role="county-government", year=2025))["rows"]
    assert [row["body"] for row in rows] == [TOWNSHIP, "finance"]
    assert (await _tasks(office))[COUNTY, "follow-up"]["state"] == "done"


async def test_police_tell_what_their_search_found_and_zero_is_said_as_zero(office):
    await office.open_year()
    search = {"year": 2025, "not_enrolled": 0, "without_number": 0, "wrong_data": 0, "made_on": "2025-06-01"}
    assert (await office.post("/identity-searches", search, "township")).status_code == 403
    await office.send("/identity-searches", search, "police")
    assert (await _tasks(office))[COUNTY, "identity-search"]["state"] == "done"


async def test_classes_move_up_with_the_year_and_the_last_of_a_stage_is_dissolved(office):
    await office.draw_zones()
    for grade in (5, 6):
        body = {"school_id": office.school, "grade": grade, "year": 2024, "number": 1, "formed_on": "2024-09-01"}
        await office.send("/classes", body, "school", school=office.school)
        assert (await office.post("/classes", body, "school", school=office.school)).status_code == 409
    move = {"year": 2025, "moved_on": "2025-09-01"}
    assert (await office.send("/classes/promotions", move))["answer"]["accepted"] == 2
    rows = (await office.ask("/classes", role="school", school=office.school))["rows"]
    assert sorted((row["grade"], row["year"], row["dissolved_on"]) for row in rows) == [
        (6, 2024, "2025-09-01"),
        (6, 2025, None),
    ]
    assert (await office.send("/classes/promotions", move))["answer"]["accepted"] == 0


async def test_a_school_forms_classes_of_its_own_only(office):
    await office.draw_zones()
    body = {"school_id": office.school, "grade": 1, "year": 2025, "number": 1, "formed_on": "2025-09-01"}
    assert (await office.post("/classes", body, "school", school=str(uuid4()))).status_code == 403


async def test_a_villages_committee_is_recorded_once_and_dissolved_once(office):
    body = {"village": VILLAGE, "name": "民主村村委会", "recorded_on": "2025-03-01"}
    committee = (await office.send("/village-committees", body, "township"))["id"]
    assert (await office.post("/village-committees", body, "township")).status_code == 409
    end = {"dissolved_on": "2025-08-01"}
    await office.send(f"/village-committees/{committee}/dissolution", end, "township")
    assert (await office.post(f"/village-committees/{committee}/dissolution", end, "township")).status_code == 409


async def test_an_emergency_is_declared_by_the_government_and_ends_once(office):
    declared = {"kind": "洪涝", "declared_on": "2025-07-20"}
    assert (await office.post("/emergencies", declared)).status_code == 403
    emergency = (await office.send("/emergencies", declared, "county-government"))["id"]
    early = {"ended_on": "2025-07-19"}
    assert (await office.post(f"/emergencies/{emergency}/end", early, "county-government")).status_code == 409
    await office.send(f"/emergencies/{emergency}/end", {"ended_on": "2025-08-01"}, "county-government")
