"""The register against who is there: rolls, teachers' lists, each absence verified, phantom pupils."""

from datetime import date

import pytest

BORN = date(2015, 5, 5)
ROLL = "姓名,学籍号,学校,应到天数,实到天数,请假天数"
MONTH = "2025-03"


async def _pupils(office, registers, count=4):
    """By order in the register."""
    await office.draw_zones()
    await office.import_households(registers.register(count, BORN))
    lines = [f"{registers.id_number(BORN, n)},开通镇中心校,三年级" for n in range(1, count + 1)]
    await office.send("/registers/pupils?year=2024", "\n".join(["身份证号,学校,年级", *lines]).encode())
    files = [await office.ask(f"/children/{r['child_id']}") for r in (await office.ask("/children"))["rows"]]
    return {int(file["name"].removeprefix("测试童")): file["child_id"] for file in files}


def _roll(registers, days, school="开通镇中心校"):
    """`days`: present and excused of twenty, by order."""
    number = {n: f"G{registers.id_number(BORN, n)}" for n in days}
    lines = (f"测试童{n},{number[n]},{school},20,{there},{excused}" for n, (there, excused) in days.items())
    return "\n".join([ROLL, *lines]).encode()


async def _take(office, content, month=MONTH, role="county-education", **more):
    return await office.send(f"/registers/attendance?month={month}", content, role, **more)


async def _absent(office, **params):
    return {gap["child_id"] for gap in await office.gaps("on-register-but-absent", **params)}


async def test_a_roll_tells_who_is_not_there_and_the_same_roll_changes_nothing(office, registers):
    child = await _pupils(office, registers)
    content = _roll(registers, {1: (20, 0), 2: (0, 20), 3: (19, 1)})
    assert (await _take(office, content))["answer"] == {"accepted": 3, "unchanged": 0, "refused": 0}
    assert await _absent(office) == {child[2], child[4]}
    assert (await _take(office, content))["answer"] == {"accepted": 0, "unchanged": 3, "refused": 0}
    (check,) = (await office.ask("/register-checks", month=MONTH))["rows"]
    assert (check["form"], check["present"], check["absent"]) == ("roll", 2, 2)


async def test_the_next_months_roll_stands_for_the_former_and_the_earlier_list_stays(office, registers):
    child = await _pupils(office, registers, 2)
    await _take(office, _roll(registers, {1: (20, 0)}))
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await _take(office, _roll(registers, {1: (1, 0), 2: (1, 0)}), "2025-04")
    assert await _absent(office) == set()
    assert await _absent(office, at=before) == {child[2]}


async def test_bad_rows_of_a_roll_come_back_with_the_reason(office, registers):
    await _pupils(office, registers, 1)
    days = {1: (20, 0), 50: (20, 0), 2: (20, 5)}
    lines = _roll(registers, days).decode() + f"\n测试童3,G{registers.id_number(BORN, 3)},无名小学,20,20,0"
    told = await _take(office, lines.encode(), key="once")
    assert (told["answer"]["accepted"], told["answer"]["refused"]) == (1, 3)
    assert "实到 20 天加请假 5 天，多于应到 20 天" in told["errors"]
    assert told["errors"].count("\n") == 4
    again = await _take(office, lines.encode(), key="once")
    assert again["errors"] == told["errors"]


async def test_a_school_gives_its_own_roll_only(office, registers):
    await _pupils(office, registers, 1)
    content = _roll(registers, {1: (20, 0)})
    assert (await _take(office, content, role="school", school=office.junior))["answer"]["refused"] == 1
    assert (await _take(office, content, role="school", school=office.school))["answer"]["accepted"] == 1


async def test_days_missed_without_leave_beyond_the_threshold_make_a_suspicion_told_once(office, registers):
    await _pupils(office, registers, 3)
    await _take(office, _roll(registers, {1: (10, 0), 2: (5, 14), 3: (20, 0)}))
    await _take(office, _roll(registers, {1: (10, 0), 2: (5, 14)}))
    told = [r.topic async for r in office.world.store.stream()]
    assert told.count("enrollment.RegisterCheck.DropoutSuspected") == 1


async def _list(office, children, role="school", **more):
    body = {"month": MONTH, "children": children, "listed_on": "2025-03-31"}
    return await office.post("/register-checks", body, role, school=more.get("school", office.school))


async def test_teachers_without_a_roll_list_absentees_only_and_an_empty_list_counts(office, registers):
    child = await _pupils(office, registers)
    answer = (await _list(office, [])).json()
    assert answer["answer"] == {"absent": 0, "present": 4}
    answer = (await _list(office, [child[3]])).json()
    office.last = answer["position"]
    assert await _absent(office) == {child[3]}
    stranger = await _list(office, [child[3]], school=office.junior)
    assert stranger.json()["type"].rpartition(":")[2] == "NotAPupilHereError"


@pytest.mark.parametrize(
    ("cause", "stays"), [("ill", False), ("taught_elsewhere", False), ("at_school", False), ("out_of_school", True)]
)
async def test_each_absence_is_verified_and_stays_a_gap_only_if_the_pupil_is_out_of_school(
    office, registers, cause, stays
):
    child = await _pupils(office, registers, 2)
    office.last = (await _list(office, [child[2]])).json()["position"]
    body = {"month": MONTH, "child_id": child[2], "cause": cause, "detail": "家访核实", "verified_on": "2025-04-01"}
    await office.send("/register-checks/absences", body, "school", school=office.school)
    assert await _absent(office) == ({child[2]} if stays else set())
    told = [r.topic async for r in office.world.store.stream()]
    assert ("enrollment.RegisterCheck.DropoutSuspected" in told) is stays
    twice = await office.post("/register-checks/absences", body, "school", school=office.school)
    assert twice.json()["type"].rpartition(":")[2] == "VerifiedAlreadyError"
    other = await office.post(
        "/register-checks/absences", body | {"child_id": child[1]}, "school", school=office.school
    )
    assert other.json()["type"].rpartition(":")[2] == "NotListedAbsentError"


async def test_a_guest_of_another_school_is_taught_elsewhere_until_the_record_follows(office, registers):
    child = await _pupils(office, registers, 2)
    await _take(office, _roll(registers, {2: (20, 0)}, "通榆四中"))
    assert [gap["child_id"] for gap in await office.gaps("taught-elsewhere")] == [child[2]]
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await _take(office, _roll(registers, {1: (20, 0), 2: (20, 0)}))
    assert [gap["child_id"] for gap in await office.gaps("at-two-schools")] == [child[2]]
    assert await office.gaps("taught-elsewhere") == []
    body = {"school_id": office.junior, "corrected_on": "2025-04-02"}
    await office.send(f"/pupils/{child[2]}/correction", body)
    assert await office.gaps("at-two-schools") == []
    assert [gap["child_id"] for gap in await office.gaps("taught-elsewhere", at=before)] == [child[2]]
    again = await office.post(f"/pupils/{child[2]}/correction", body)
    assert again.json()["type"].rpartition(":")[2] == "NothingWrongError"


async def test_a_phantom_pupil_is_found_taught_in_fact_or_corrected_and_the_search_closed(office, registers):
    child = await _pupils(office, registers, 2)
    for n in (1, 2):
        await office.send(f"/pupils/{child[n]}/phantom", {"found_on": "2025-03-20"})
    twice = await office.post(f"/pupils/{child[1]}/phantom", {"found_on": "2025-03-21"})
    assert twice.json()["type"].rpartition(":")[2] == "FoundAlreadyError"
    closing = {"closed_on": "2025-03-28"}
    assert (await office.send("/phantom-checks", closing))["answer"] == {"found": 2}
    teaching = {"since_on": "2025-03-29"}
    await office.send(f"/pupils/{child[1]}/phantom/teaching", teaching, "school", school=office.school)
    await office.send(f"/pupils/{child[2]}/correction", {"grade": 4, "corrected_on": "2025-03-30"})
    rows = (await office.ask("/phantom-pupils"))["rows"]
    assert {row["child_id"]: row["ended_as"] for row in rows} == {child[1]: "taught-in-fact", child[2]: "corrected"}
    again = await office.post("/phantom-checks", closing)
    assert again.json()["type"].rpartition(":")[2] == "CheckClosedError"


async def test_a_transfer_takes_the_semesters_expectation_along(office, registers):
    year_id = await office.open_year()
    child = await _pupils(office, registers, 1)
    await office.open_autumn(year_id)
    other = "7c0a6a4e-7f6e-4c55-9d1b-0f2b3a4c5d6e"
    zone = {"school_id": other, "name": "新兴学校", "stage": "nine_year", "kind": "school", "township": "220822101"}
    await office.send("/zones", {**zone, "villages": ["220822101"]})
    body = {"guardian_applied": True, "to_school": other, "requested_on": "2025-08-26"}
    await office.send(f"/pupils/{child[1]}/transfer", body)
    await office.send(f"/pupils/{child[1]}/transfer/end", {"completed": True, "ended_on": "2025-08-27"})
    (row,) = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    assert row["school_id"] == other
    assert (await office.check_in([child[1]], school=other))["accepted"] == 1


async def test_a_pupil_without_id_number_is_known_in_a_roll_by_name_and_birth_date(office, registers):
    await office.draw_zones()
    line = registers.row(1, date(2019, 3, 5)).replace(registers.id_number(date(2019, 3, 5), 1), "")
    await office.import_households(f"{registers.HEADS}\n{line}")
    year_id = await office.open_year()
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    await office.send("/notices/issuing", {"year": 2025, "area": "220822", "report_on": "2025-08-31"})
    await office.open_autumn(year_id)
    office.clock.instant = office.clock.now().replace(month=9)
    heads = "姓名,身份证号,出生日期,学校,应到天数,实到天数"
    lines = ["测试童1,,2019-03-05,开通镇中心校,20,20", "测试童1,,2019-03-06,开通镇中心校,20,20"]
    told = await _take(office, "\n".join([heads, *lines]).encode(), "2025-09")
    assert (told["answer"]["accepted"], told["answer"]["refused"]) == (1, 1)
    assert await _absent(office) == set()
