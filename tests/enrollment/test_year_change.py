"""Year change: everybody moves up, leavers go on, the last complete, and nobody falls between, in whatever state."""

from datetime import date
from typing import NamedTuple
from uuid import uuid4

import pytest

PRIMARY, JUNIOR = "开通镇中心校", "通榆四中"
DAY = "2025-04-10"
GUARDIAN = {"guardian_applied": True}
ILL = {**GUARDIAN, "ground": "health", "approver": "township", "approval": "县医院诊断", "from_on": DAY}
DEFERRED = {
    **GUARDIAN,
    "approver": "township",
    "evidence": "县医院诊断",
    "from_on": "2024-09-01",
    "until_on": "2025-06-30",
}
LEFT = ("other-leaving", {"reason": "随父母迁往外省，学校不详", "left_on": DAY})
SKIP = {**GUARDIAN, "approval": "通教跳〔2025〕1号", "skipped_on": DAY}


class Case(NamedTuple):
    """A pupil of 2024 in that grade (0: none yet), what became of it, and where it must be found in autumn 2025."""

    grade: int
    acts: tuple[tuple[str, dict], ...]
    found: object  # a grade: expected there; else: completed, or the state it is listed in


CASES = {
    "goes on": Case(3, (), 4),
    "leaves primary school": Case(6, (), 7),
    "completes": Case(9, (), "completed"),
    "suspension over by autumn": Case(3, (("suspension", {**ILL, "until_on": "2025-06-30"}),), 4),
    "suspended still": Case(3, (("suspension", {**ILL, "until_on": "2026-03-31"}),), "suspended"),
    "leaver suspended still": Case(6, (("suspension", {**ILL, "until_on": "2026-03-31"}),), "suspended"),
    "abroad": Case(2, (("away", {"status": "abroad", "proof": "护照", "since_on": DAY}),), "abroad"),
    "missing": Case(2, (("away", {"status": "missing", "proof": "报案回执", "since_on": DAY}),), "missing"),
    "left for other grounds": Case(5, (LEFT,), "left_other"),
    "dropped out": Case(4, (("dropout-mark", {"marked_on": DAY}),), 5),
    "transfer open": Case(4, (("transfer", {**GUARDIAN, "place": "长春", "requested_on": DAY}),), 5),
    "transferred out": Case(
        4,
        (
            ("transfer", {**GUARDIAN, "place": "长春", "requested_on": DAY}),
            ("transfer/end", {"completed": True, "ended_on": DAY}),
        ),
        "transferred_out",
    ),
    "skipped a grade": Case(3, (("grade-skip", SKIP),), 5),
    "skipped into the last grade": Case(5, (("grade-skip", SKIP),), 7),
    "place restored": Case(5, (LEFT, ("place-restoration", {"ground": "返乡", "restored_on": DAY})), 6),
    "deferral over": Case(0, (("deferrals", DEFERRED),), 1),
    "enters": Case(0, (), 1),
}
OF_A_CHILD = ("deferrals", "place-restoration")


def _born(case):
    entered = 2024 - case.grade + 1 if case.acts and case.grade == 0 else 2025 - case.grade
    return date(entered - 6, 3, 5)


@pytest.fixture
async def county(office, registers):
    """A child of each case; the autumn of 2025 is open."""
    year_id = await office.open_year()
    await office.draw_zones()
    rows = [registers.row(n, _born(case), name=name) for n, (name, case) in enumerate(CASES.items(), 1)]
    await office.import_households("\n".join([registers.HEADS, *rows]) + "\n")
    numbered = [(registers.id_number(_born(case), n), case) for n, case in enumerate(CASES.values(), 1)]
    pupils = [f"{number},{PRIMARY if c.grade < 7 else JUNIOR},{c.grade}" for number, c in numbered if c.grade]
    await office.send("/registers/pupils?year=2024", "\n".join(["身份证号,学校,年级", *pupils]).encode())
    children = {row["name"]: row["child_id"] for row in (await office.ask("/children"))["rows"]}
    for name, case in CASES.items():
        for path, body in case.acts:
            whose = "children" if path in OF_A_CHILD else "pupils"
            await office.send(f"/{whose}/{children[name]}/{path}", body)
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    await office.send("/notices/issuing", {"year": 2025, "area": "220822", "report_on": "2025-08-31"})
    await office.open_autumn(year_id)
    return {child: name for name, child in children.items()}


async def _found(office, county):
    """Every place in which a child is found."""
    expected = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    files = [await office.ask(f"/children/{child}") for child in county]
    away = (await office.ask("/record-statuses"))["rows"]
    places = [(county[row["child_id"]], row["grade"]) for row in expected]
    places += [(county[file["child_id"]], "completed") for file in files if file["completed_at"]]
    waiting = {row["child_id"] for row in expected}
    places += [(county[row["child_id"]], row["status"]) for row in away if row["child_id"] not in waiting]
    return [(name, place) for name, place in places if place != "at_school"]


async def test_nobody_falls_between_whatever_the_state_and_everybody_is_in_one_place_only(office, county):
    assert sorted(map(str, await _found(office, county))) == sorted(
        str((name, case.found)) for name, case in CASES.items()
    )


async def test_whoever_is_due_has_a_notice_and_leavers_are_expected_at_the_junior_school(office, county):
    assert await office.gaps("due-without-notice", year=2025, at="2025-04-20T00:00:00Z") == []
    rows = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    junior = {county[row["child_id"]] for row in rows if row["school_id"] == office.junior}
    assert junior == {"leaves primary school", "skipped into the last grade"}


async def test_a_restored_place_is_due_as_a_return(office, county):
    (child,) = (child for child, name in county.items() if name == "place restored")
    entries = (await office.ask(f"/children/{child}"))["entries"]
    assert [e["entry"] for e in entries if e["year"] == 2025 and e["issued_at"]] == ["return"]


async def test_the_year_change_again_changes_nothing(office, county):
    before = await _found(office, county)
    answer = await office.send("/pupils/expectations", {"semester": "2025-autumn"})
    assert (answer["answer"]["accepted"], await _found(office, county)) == (0, before)


async def _pupil(office, registers, grade):
    await office.draw_zones()
    born = date(2025 - grade - 6, 3, 5)
    await office.import_households(registers.register(1, born))
    school = PRIMARY if grade < 7 else JUNIOR
    await office.send(
        "/registers/pupils?year=2024", f"身份证号,学校,年级\n{registers.id_number(born, 1)},{school},{grade}".encode()
    )
    return (await office.ask("/children"))["rows"][0]["child_id"]


async def test_nobody_skips_out_of_a_stage_or_without_application_or_while_away(office, registers):
    child = await _pupil(office, registers, 6)
    assert (await office.post(f"/pupils/{child}/grade-skip", SKIP)).status_code == 409
    unasked = {**SKIP, "guardian_applied": False}
    assert (await office.post(f"/pupils/{child}/grade-skip", unasked)).status_code == 422
    school = await office.post(f"/pupils/{child}/grade-skip", SKIP, "school", school=office.school)
    assert school.status_code == 403


async def test_a_suspended_pupil_skips_no_grade(office, registers):
    child = await _pupil(office, registers, 3)
    await office.send(f"/pupils/{child}/suspension", {**ILL, "until_on": "2025-12-31"})
    assert (await office.post(f"/pupils/{child}/grade-skip", SKIP)).status_code == 409


async def test_a_pupil_at_school_has_no_place_to_restore(office, registers):
    child = await _pupil(office, registers, 3)
    body = {"ground": "返乡", "restored_on": DAY}
    assert (await office.post(f"/children/{child}/place-restoration", body)).status_code == 409


async def test_who_returns_after_the_year_has_changed_is_expected_where_it_is_placed_now(office, registers):
    """Its record stands in the new year already, at the former school."""
    year_id = await office.open_year()
    child = await _pupil(office, registers, 3)
    other = str(uuid4())
    zone = {"school_id": other, "name": "双岗小学", "stage": "primary", "kind": "village", "township": "220822101"}
    await office.send("/zones", {**zone, "villages": ["220822101"]})
    await office.open_autumn(year_id)
    await office.send(f"/pupils/{child}/other-leaving", {"reason": "随父母外出，去向不详", "left_on": "2025-10-20"})
    await office.send(f"/children/{child}/place-restoration", {"ground": "返乡", "restored_on": "2025-11-20"})
    entry = {"child_id": child, "year": 2025, "entry": "return"}
    await office.send("/placements", {**entry, "school_id": other})
    await office.send("/notices", {**entry, "report_on": "2025-11-28"})
    days = {"opens_on": "2026-03-02", "report_on": "2026-03-06", "midpoint_on": "2026-05-08", "ends_on": "2026-07-10"}
    await office.send(f"/school-years/{year_id}/semesters", {"semester": "2026-spring", **days})
    await office.send("/pupils/expectations", {"semester": "2026-spring"})
    (pupil,) = (await office.ask("/pupils", semester="2026-spring"))["rows"]
    assert (pupil["school_id"], pupil["grade"]) == (other, 4)
