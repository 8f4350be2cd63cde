"""Not one less: the gap lists now, and at an earlier instant as it was recorded then."""

from datetime import date
from typing import get_args

import pytest
from baoxue_enrollment.views.gap_kinds import Kind
from baoxue_shared.clock import shanghai


async def test_the_list_of_those_without_notice_empties_and_the_earlier_list_stays(office, registers):
    await office.open_year()
    await office.import_households(registers.register(4))
    earlier = office.clock.now().isoformat()
    assert len(await office.gaps("due-without-notice")) == 4
    office.clock.advance(days=60)
    await office.notices(4)
    assert await office.gaps("due-without-notice") == []
    assert len(await office.gaps("due-without-notice", at=earlier)) == 4
    assert await office.gaps("issued-not-served", at=earlier) == []


async def test_a_notice_issued_and_not_served_is_a_gap_until_served(office):
    await office.open_year()
    notices = await office.notices(3)
    assert len(await office.gaps("issued-not-served")) == 3
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await office.serve(notices[:2])
    assert [gap["child_id"] for gap in await office.gaps("issued-not-served")] == [notices[2]["child_id"]]
    assert len(await office.gaps("issued-not-served", at=before)) == 3


async def test_a_child_served_and_not_there_by_the_day_is_a_gap(office):
    year_id = await office.open_year()
    notices = await office.notices(3)
    await office.serve(notices)
    await office.open_autumn(year_id)
    assert await office.gaps("served-not-checked-in") == []
    office.clock.instant = shanghai(date(2025, 8, 30), 9)
    await office.check_in([n["child_id"] for n in notices[:2]])
    office.clock.instant = shanghai(date(2025, 9, 1), 9)
    (gap,) = await office.gaps("served-not-checked-in")
    assert gap["child_id"] == notices[2]["child_id"]
    assert gap["school_id"] == office.school


async def test_a_child_of_school_age_without_pupil_record_is_on_no_register(office, registers):
    await office.draw_zones()
    await office.import_households(registers.register(2, date(2015, 5, 5)))
    assert len(await office.gaps("on-no-register")) == 2
    number = registers.id_number(date(2015, 5, 5), 1)
    await office.send("/registers/pupils?year=2024", f"身份证号,学校,年级\n{number},开通镇中心校,三年级".encode())
    assert len(await office.gaps("on-no-register")) == 1


async def test_a_township_sees_its_own_gaps_only(office, registers):
    await office.import_households(registers.register(2))
    assert len(await office.gaps("due-without-notice", role="township", of="220822100")) == 2
    assert await office.gaps("due-without-notice", role="township", of="220822101") == []


async def test_figures_by_township_tell_the_same(office):
    year_id = await office.open_year()
    notices = await office.notices(3)
    await office.serve(notices)
    await office.open_autumn(year_id)
    await office.check_in([n["child_id"] for n in notices[:2]])
    (row,) = (await office.ask("/figures"))["rows"]
    told = {key: row[key] for key in ("township", "children", "due", "issued", "served", "checked_in")}
    assert told == {"township": "220822100", "children": 3, "due": 3, "issued": 3, "served": 3, "checked_in": 2}
    assert (row["pupils_expected"], row["pupils_checked_in"], row["check_ins_missed"]) == (3, 2, 0)


async def _pupils_of_grade(office, registers, grade, born_on, count=1):
    await office.draw_zones()
    await office.import_households(registers.register(count, born_on))
    rows = [f"{registers.id_number(born_on, n)},开通镇中心校,{grade}" for n in range(1, count + 1)]
    await office.send("/registers/pupils?year=2024", "\n".join(["身份证号,学校,年级", *rows]).encode())


async def test_a_primary_leaver_who_came_to_no_junior_school_is_a_gap_from_the_day_of_the_notice_on(office, registers):
    year_id = await office.open_year()
    await _pupils_of_grade(office, registers, 6, date(2012, 10, 5), count=3)
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    await office.send("/notices/issuing", {"year": 2025, "area": "220822", "report_on": "2025-08-31"})
    await office.open_autumn(year_id)
    rows = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    await office.check_in([rows[0]["child_id"]], school=office.junior)
    assert await office.gaps("primary-leaver-not-at-junior") == []
    office.clock.instant = shanghai(date(2025, 9, 1), 9)
    found = {gap["child_id"] for gap in await office.gaps("primary-leaver-not-at-junior")}
    assert found == {row["child_id"] for row in rows[1:]}


async def test_a_pupil_two_grades_behind_its_age_is_a_gap(office, registers):
    await _pupils_of_grade(office, registers, 1, date(2015, 10, 5))
    (gap,) = await office.gaps("age-against-grade")
    assert gap["entry"] == "grade_1"
    assert await office.gaps("age-against-grade", school_id=office.junior) == []
    assert await office.gaps("age-against-grade", area="220822101") == []


async def test_a_gap_list_is_a_spreadsheet_with_names_and_who_takes_it_is_in_the_read_log(office, registers):
    import io

    from python_calamine import load_workbook

    await office.open_year()
    await office.import_households(registers.register(2))
    headers = office.token("township")
    params = {"kind": "due-without-notice", "min_position": office.last}
    response = await office.client.get("/gaps/sheet", params=params, headers=headers)
    heads, *lines = load_workbook(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert heads[:3] == ["乡镇", "村", "儿童"]
    assert {line[2] for line in lines} == {"测试童1", "测试童2"}
    log = await office.world.store.fetch("select what from enrollment_read_log")
    assert [row["what"] for row in log] == ["gap-sheet", "gap-sheet"]


@pytest.mark.parametrize("kind", get_args(Kind))
async def test_every_kind_comes_by_pages(office, kind):
    await office.open_year()
    after = f"220822100201/{office.school}/grade_1/{office.school}"
    answer = await office.ask("/gaps", kind=kind, limit=1, after=after)
    assert (answer["rows"], answer["next"]) == ([], None)


async def test_pages_of_one_row_lose_no_child_and_repeat_none(office, registers):
    await office.draw_zones()
    await office.import_households(registers.register(5, date(2015, 5, 5)))
    await office.import_households(registers.register(2, date(2015, 5, 6), village="220822100202"))
    whole = await office.gaps("on-no-register")
    found, after = [], ""
    while after is not None:
        answer = await office.ask("/gaps", kind="on-no-register", limit=1, after=after)
        found += answer["rows"]
        after = answer["next"]
    assert found == whole
    assert len({row["child_id"] for row in found}) == 7


async def test_a_place_that_no_page_gave_is_refused(office):
    response = await office.client.get(
        "/gaps", params={"kind": "on-no-register", "after": "nowhere"}, headers=office.token("county-education")
    )
    assert response.status_code == 422
