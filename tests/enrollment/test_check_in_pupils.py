"""Check-in: expected, there, missed, back."""

from datetime import date

from baoxue_enrollment.publishing import PUBLISHED
from baoxue_enrollment.reactions import Reactions
from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.clock import shanghai
from baoxue_shared.contracts.cases import ReturnedToSchool
from baoxue_shared.contracts.enrollment import CheckInMissed
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.messaging.cloudevents import heard_of


async def _autumn(office, count=3):
    year_id = await office.open_year()
    notices = await office.notices(count)
    await office.serve(notices)
    await office.open_autumn(year_id)
    return [n["child_id"] for n in notices]


async def _published(office, kind):
    rows = [heard_of("enrollment", r, Mapper().to_event(r)) for r in await office.world.store.rows(limit=5000)]
    said = (PUBLISHED[type(h.body)](h.body, h) for h in rows if type(h.body) in PUBLISHED)
    return [contract for contract in said if isinstance(contract, kind)]


async def test_a_school_checks_its_pupils_in(office):
    children = await _autumn(office)
    assert (await office.check_in(children))["accepted"] == 3
    assert (await office.check_in(children))["unchanged"] == 3
    rows = (await office.ask("/pupils", "school", school=office.school, semester="2025-autumn"))["rows"]
    assert {row["checked_in_on"] for row in rows} == {"2025-08-30"}


async def test_a_school_cannot_check_in_another_schools_pupils(office):
    children = await _autumn(office)
    answer = await office.check_in(children, school=office.junior)
    assert (answer["refused"], set(answer["reasons"].values())) == (3, {"OutsideJurisdictionError"})
    assert (await office.ask("/pupils", "school", school=office.junior, semester="2025-autumn"))["rows"] == []


async def test_the_deadline_clock_records_whoever_did_not_come_by_the_day(office):
    children = await _autumn(office)
    await office.check_in(children[:2])
    deadlines = office.parts.deadlines
    office.clock.instant = shanghai(date(2025, 8, 31), 1)
    await deadlines.pass_day(date(2025, 8, 31))
    assert await _published(office, CheckInMissed) == []
    office.clock.instant = shanghai(date(2025, 9, 1), 1)
    await deadlines.pass_day(date(2025, 9, 1))
    await deadlines.pass_day(date(2025, 9, 1))
    (missed,) = await _published(office, CheckInMissed)
    assert (str(missed.child_id), str(missed.school_id)) == (children[2], office.school)
    assert (missed.semester, missed.due_on) == ("2025-autumn", date(2025, 8, 31))


async def test_a_day_passed_late_finds_them_too_and_only_once(office):
    await _autumn(office)
    office.clock.instant = shanghai(date(2025, 9, 20), 1)
    await office.parts.deadlines.pass_day(date(2025, 9, 20))
    answer = await office.send("/check-ins/missed", {"day": "2025-09-21"})
    assert answer["answer"]["accepted"] == 0
    assert len(await _published(office, CheckInMissed)) == 3


async def test_a_child_that_returned_to_school_is_no_gap_any_more(office):
    children = await _autumn(office, 1)
    office.clock.instant = shanghai(date(2025, 9, 1), 1)
    await office.parts.deadlines.pass_day(date(2025, 9, 1))
    office.last = await office.world.store.last_position()
    assert len(await office.gaps("check-in-missed")) == 1
    office.clock.advance(days=9)
    returned = ReturnedToSchool(
        area="220822100201",
        case_id=children[0],
        child_id=children[0],
        school_id=office.school,
        returned_on=date(2025, 9, 10),
    )
    reactions = Reactions(office.parts.application)
    for number in range(2):
        with acting_as(system_actor("reaction", "220822"), clock=office.clock, request_id=f"cases:1:{number}"):
            await reactions.take_pupil_back_when_child_returned_to_school(returned, None)
    office.last = await office.world.store.last_position()
    assert await office.gaps("check-in-missed") == []
    assert await office.gaps("served-not-checked-in") == []


async def test_in_autumn_pupils_move_up_and_leavers_go_where_their_notice_says(office, registers):
    year_id = await office.open_year()
    await office.draw_zones()
    for first, born in ((1, 2016), (11, 2012), (21, 2009)):
        await office.import_households(registers.register(1, date(born, 5, 5), first=first))
    numbers = [registers.id_number(date(b, 5, 5), f) for f, b in ((1, 2016), (11, 2012), (21, 2009))]
    lines = [f"{n},{s},{g}" for n, s, g in zip(numbers, ["开通镇中心校"] * 2 + ["通榆四中"], "369", strict=True)]
    await office.send("/registers/pupils?year=2024", "\n".join(["身份证号,学校,年级", *lines]).encode())
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    body = {"year": 2025, "area": "220822", "report_on": "2025-08-31"}
    assert (await office.send("/notices/issuing", body))["answer"]["accepted"] == 1
    await office.open_autumn(year_id)
    rows = (await office.ask("/pupils", semester="2025-autumn"))["rows"]
    assert sorted((r["grade"], r["school_id"]) for r in rows) == sorted([(4, office.school), (7, office.junior)])


async def test_a_leaver_without_notice_is_expected_nowhere_and_stands_in_the_gap_list(office, registers):
    year_id = await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(1, date(2012, 5, 5)))
    line = f"{registers.id_number(date(2012, 5, 5), 1)},开通镇中心校,6"
    await office.send("/registers/pupils?year=2024", f"身份证号,学校,年级\n{line}".encode())
    await office.open_autumn(year_id)
    assert (await office.ask("/pupils", semester="2025-autumn"))["rows"] == []
    assert [gap["entry"] for gap in await office.gaps("due-without-notice")] == ["grade_7"]


async def test_an_unknown_pupil_or_school_comes_back_with_the_reason(office, registers):
    await office.draw_zones()
    await office.import_households(registers.register(1, date(2015, 5, 5)))
    known, unknown = (registers.id_number(date(2015, 5, 5), n) for n in (1, 3))
    text = f"身份证号,学校,年级\n{unknown},开通镇中心校,1\n{known},没有的学校,1\n{known},开通镇中心校,十年级"
    answer = await office.send("/registers/pupils?year=2024", text.encode())
    assert answer["answer"] == {"accepted": 0, "unchanged": 0, "refused": 3}
    assert [word in answer["errors"] for word in ("户籍登记", "没有这所学校", "九年级")] == [True] * 3
