"""Notices: to every child due exactly one, numbered without a gap."""

import asyncio
from datetime import date


async def _placed(office, registers, count):
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(count))
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    return [child["child_id"] for child in (await office.ask("/children", limit=500))["rows"]]


def _gapless(count):
    return [f"义入通字〔2025〕第{n:06}号" for n in range(1, count + 1)]


async def test_every_child_due_gets_exactly_one_notice(office):
    await office.open_year()
    notices = await office.notices(12)
    assert len({n["child_id"] for n in notices}) == len(notices) == 12
    assert {n["school_id"] for n in notices} == {office.school}


async def test_issuing_again_issues_nothing(office):
    await office.open_year()
    await office.notices(5)
    body = {"year": 2025, "area": "220822", "report_on": "2025-08-31"}
    answer = await office.send("/notices/issuing", body)
    assert answer["answer"]["accepted"] == 0
    assert len((await office.ask("/notices", year=2025))["rows"]) == 5


async def test_fifty_notices_issued_at_once_have_numbers_without_gap(office, registers):
    children = await _placed(office, registers, 50)
    body = {"year": 2025, "entry": "grade_1", "report_on": "2025-08-31"}
    answers = await asyncio.gather(*(office.send("/notices", {**body, "child_id": c}) for c in children))
    assert sorted(a["answer"]["number"] for a in answers) == _gapless(50)


async def test_two_bulk_issues_at_once_give_each_child_one_number(office, registers):
    await _placed(office, registers, 120)
    body = {"year": 2025, "area": "220822", "report_on": "2025-08-31"}
    answers = await asyncio.gather(*(office.send("/notices/issuing", body) for _ in range(2)))
    assert sum(a["answer"]["accepted"] for a in answers) == 120
    assert [n["number"] for n in (await office.ask("/notices", year=2025))["rows"]] == _gapless(120)


async def test_a_second_notice_to_one_child_is_refused(office, registers):
    (child,) = await _placed(office, registers, 1)
    body = {"child_id": child, "year": 2025, "entry": "grade_1", "report_on": "2025-08-31"}
    await office.send("/notices", body)
    refused = await office.post("/notices", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:baoxue:problem:NoticeAlreadyIssuedError")


async def test_a_child_without_a_school_gets_no_notice_yet(office, registers):
    await office.open_year()
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children"))["rows"]
    body = {"child_id": child["child_id"], "year": 2025, "entry": "grade_1", "report_on": "2025-08-31"}
    refused = await office.post("/notices", body)
    assert (refused.status_code, refused.json()["available"]) == (409, ["place_child"])


async def test_a_child_of_no_zone_is_named_and_stays_without_school(office, registers):
    await office.open_year()
    await office.import_households(registers.register(1))
    answer = (await office.send("/placements/proposals", {"year": 2025, "area": "220822"}))["answer"]
    assert (answer["accepted"], answer["refused"], set(answer["reasons"].values())) == (0, 1, {"NoZoneError"})


async def test_a_child_too_young_is_not_due(office, registers):
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(1, date(2019, 9, 1)))
    await office.import_households(registers.register(1, date(2019, 8, 31), first=3))
    assert (await office.send("/placements/proposals", {"year": 2025, "area": "220822"}))["answer"]["accepted"] == 1


async def test_a_notice_is_served_once(office):
    await office.open_year()
    (notice,) = await office.notices(1)
    path, body = f"/notices/{notice['notice_id']}/service", {"method": "in_hand", "served_on": "2025-07-02"}
    await office.send(path, body, "township")
    assert (await office.post(path, body, "township")).status_code == 409
    assert (await office.ask("/notices", year=2025))["rows"][0]["method"] == "in_hand"
