"""Placement: by zone and nearness, exam-free; deviations and redirects with reason; nobody is turned away."""

from collections import Counter
from datetime import date
from uuid import uuid4

import pytest

COUNTY, TOWNSHIP, NEXT = "220822", "220822100", "220822101"
NEAR, FAR = "220822100201", "220822100202"
DAY = "2025-06-10"


@pytest.fixture
async def second(office):
    """Another primary school, of the neighbouring township."""
    await office.open_year()
    await office.draw_zones()
    school = str(uuid4())
    zone = {"school_id": school, "name": "双岗小学", "stage": "primary", "kind": "village"}
    await office.send("/zones", {**zone, "township": NEXT, "villages": [NEXT]})
    return school


async def _places(office, school, places):
    body = {"year": 2025, "places": [{"grade": 1, "places": places}], "set_on": "2025-05-01"}
    await office.send(f"/zones/{school}/places", body)


async def _propose(office):
    return (await office.send("/placements/proposals", {"year": 2025, "area": COUNTY}))["answer"]


async def _entries(office):
    rows = (await office.ask("/children"))["rows"]
    found = {}
    for row in rows:
        (entry,) = (await office.ask(f"/children/{row['child_id']}"))["entries"]
        found[row["child_id"]] = (row["area"], entry["school_id"])
    return found


async def _topics(office):
    return Counter([row.topic async for row in office.world.store.stream(after=0)])


async def test_when_the_zones_school_is_full_the_farther_children_go_to_the_next_nearest_with_places(
    office, registers, second
):
    await office.import_households(registers.register(2, village=NEAR))
    await office.import_households(registers.register(2, village=FAR, first=11))
    distances = [{"village": NEAR, "metres": 500}, {"village": FAR, "metres": 4000}]
    await office.send(f"/zones/{office.school}/distances", {"distances": distances})
    await _places(office, office.school, 2)
    await _places(office, second, 5)
    assert (await _propose(office))["accepted"] == 4
    placed = Counter((await _entries(office)).values())
    assert placed == {(NEAR, office.school): 2, (FAR, second): 2}
    assert (await _topics(office))["enrollment.Placement.Deviated"] == 2
    assert (await _propose(office)) == {"accepted": 0, "unchanged": 0, "refused": 0, "reasons": {}}


async def test_where_every_school_is_full_the_zones_school_takes_the_child_and_the_place_shows_as_lacking(
    office, registers, second
):
    await office.import_households(registers.register(3))
    await _places(office, office.school, 1)
    await _places(office, second, 1)
    assert (await _propose(office))["accepted"] == 3
    assert Counter(school for _, school in (await _entries(office)).values()) == {office.school: 2, second: 1}
    assert (await office.ask("/plans/needs"))["lacks"] == {"places_grade_1": 1}


async def test_places_taken_before_count(office, registers, second):
    await _places(office, office.school, 1)
    await office.import_households(registers.register(1))
    await _propose(office)
    await office.import_households(registers.register(2))
    await _propose(office)
    assert Counter(school for _, school in (await _entries(office)).values()) == {office.school: 1, second: 1}


async def _one(office, registers):
    await office.import_households(registers.register(1))
    await _propose(office)
    ((child, _),) = (await _entries(office)).items()
    return child


async def test_a_child_who_moved_in_is_placed_by_zone_and_age_and_admitted_with_its_notice(office, registers, second):
    await office.import_households(registers.register(1, date(2016, 3, 5)))
    (row,) = (await office.ask("/children"))["rows"]
    await office.send(f"/children/{row['child_id']}/moves-in", {"village": NEAR, "moved_on": "2025-04-01"})
    assert (await _propose(office))["accepted"] == 1
    await office.send("/notices/issuing", {"year": 2025, "area": COUNTY, "report_on": "2025-08-31"})
    year_id = (await office.ask("/school-years"))["rows"][0]["year_id"]
    await office.open_autumn(year_id)
    (pupil,) = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    assert (pupil["school_id"], pupil["grade"]) == (office.school, 4)


async def test_county_education_deviates_with_a_reason_and_redirects_with_a_ground(office, registers, second):
    child = await _one(office, registers)
    entry = {"child_id": child, "year": 2025, "entry": "grade_1"}
    change = {**entry, "school_id": second, "reason": "sibling-there", "detail": "兄长在该校", "deviated_on": DAY}
    await office.send("/placements/deviations", change)
    assert (await _entries(office))[child][1] == second
    assert (await office.post("/placements/deviations", change)).status_code == 409
    back = {
        **entry,
        "school_id": office.school,
        "ground": "road-unsafe",
        "detail": "汛期道路中断",
        "redirected_on": DAY,
    }
    school = await office.post("/placements/redirects", back, "school", school=second)
    assert school.status_code == 403
    assert (await office.post("/placements/redirects", {**back, "ground": ""})).status_code == 422
    await office.send("/placements/redirects", back)
    assert (await _entries(office))[child][1] == office.school


async def test_a_notice_follows_a_redirect_when_it_is_reissued(office, registers, second):
    child = await _one(office, registers)
    await office.send("/notices/issuing", {"year": 2025, "area": COUNTY, "report_on": "2025-08-31"})
    entry = {"child_id": child, "year": 2025, "entry": "grade_1", "school_id": second}
    await office.send(
        "/placements/redirects", {**entry, "ground": "school-full", "detail": "满额", "redirected_on": DAY}
    )
    (notice,) = (await office.ask("/notices", year=2025))["rows"]
    again = {"ground": "content-changed", "reissued_on": DAY, "report_on": "2025-08-31"}
    await office.send(f"/notices/{notice['notice_id']}/reissue", again)
    (notice,) = (await office.ask("/notices", year=2025))["rows"]
    assert notice["school_id"] == second


async def test_a_school_that_turns_a_child_away_is_refused_with_the_clause_and_on_record(office, registers, second):
    child = await _one(office, registers)
    attempt = {"reason": "户口不在本镇"}
    path = f"/children/{child}/turning-away"
    for _ in range(2):  # the same request again records nothing anew
        answer = await office.post(path, attempt, "school", school=office.school, key="once")
        assert answer.status_code == 409
        assert "义务教育法" in answer.json()["detail"]
    assert (await _topics(office))["enrollment.RefusedAdmission.TurnedAway"] == 1


async def test_what_a_school_did_outside_is_recorded_with_its_proof(office, registers, second):
    child = await _one(office, registers)
    proven = {"school_id": office.school, "source": "complaint", "proof": "家长举报，校方书面承认", "happened_on": DAY}
    await office.send(f"/children/{child}/turned-away", proven)
    await office.send(f"/children/{child}/entry-exams", proven, "inspector")
    assert (await _topics(office))["enrollment.RefusedAdmission.TurnedAway"] == 2


@pytest.mark.parametrize("field", ["exam_score", "入学测试成绩", "TestResult"])
async def test_no_body_of_placement_can_carry_the_result_of_an_examination(office, registers, second, field):
    child = await _one(office, registers)
    body = {"child_id": child, "year": 2025, "entry": "grade_1", "school_id": second, field: 98}
    answer = await office.post("/placements", body)
    assert answer.status_code == 422
    assert "义务教育法" in answer.json()["detail"]


async def test_no_register_can_carry_the_result_of_an_examination(office, registers):
    heads, row = registers.register(1).strip().split("\n")
    answer = await office.post("/registers/households", f"{heads},入学考试成绩\n{row},98".encode())
    assert answer.status_code == 422
    assert "入学考试成绩" in answer.json()["detail"]
    assert (await office.ask("/children"))["rows"] == []
