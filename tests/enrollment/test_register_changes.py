"""Changes of the pupil record: those that exist, by their rules; those that do not are refused, and on record."""

from datetime import date

import pytest

BORN = date(2015, 3, 5)
DAY = "2025-04-10"
SUSPENSION = {
    "ground": "health",
    "guardian_applied": True,
    "approver": "county-education",
    "approval": "通教休〔2025〕3号，县医院诊断",
    "from_on": DAY,
    "until_on": "2026-04-09",
}
TRANSFER = {"guardian_applied": True, "requested_on": DAY}


@pytest.fixture
async def pupil(office, registers):
    """A pupil of grade 4."""
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(1, BORN))
    register = f"身份证号,学校,年级\n{registers.id_number(BORN, 1)},开通镇中心校,4"
    await office.send("/registers/pupils?year=2024", register.encode())
    (child,) = (await office.ask("/children"))["rows"]
    return child["child_id"]


async def _try(office, pupil, what, body, **more):
    answer = await office.post(f"/pupils/{pupil}/{what}", body, "school", school=office.school, **more)
    return answer.status_code, answer.json()


async def _recorded(office, after):
    return [row.topic async for row in office.world.store.stream(after=after)]


ATTEMPTS = {
    "expulsion": ({}, "第二十七条"),
    "withdrawal": ({}, "义务教育法"),
    "retention": ({}, "留级"),
    "suspension": ({**SUSPENSION, "guardian_applied": False}, "第十一条"),
    "transfer": ({**TRANSFER, "guardian_applied": False, "place": "长春"}, "监护人申请"),
    "other-leaving": ({"reason": "其他", "left_on": DAY}, "具体原因"),
}


@pytest.mark.parametrize("what", ATTEMPTS)
async def test_what_does_not_exist_is_refused_with_the_clause_and_the_attempt_is_on_record(office, pupil, what):
    body, clause = ATTEMPTS[what]
    before = await office.world.store.last_position()
    status, problem = await _try(office, pupil, what, body, key="same")
    assert (status, problem["type"]) == (409, "urn:baoxue:problem:DutyForbidsError")
    assert clause in problem["detail"]
    assert await _recorded(office, before) == ["enrollment.RefusedLeave.Attempted"]
    assert (await _try(office, pupil, what, body, key="same"))[0] == 409
    assert len(await _recorded(office, before)) == 1
    assert (await office.ask("/record-statuses"))["rows"] == []


async def test_an_attempt_is_published_with_school_and_child_and_one_without_reason_under_its_own_name(office, pupil):
    from baoxue_enrollment.publishing import PUBLISHED
    from baoxue_shared.history.mapper import Mapper
    from baoxue_shared.messaging.cloudevents import heard_of

    before = await office.world.store.last_position()
    for what in ("expulsion", "other-leaving"):
        await _try(office, pupil, what, ATTEMPTS[what][0])
    told = []
    async for row in office.world.store.stream(after=before):
        event = Mapper().to_event(row)
        told.append(PUBLISHED[type(event)](event, heard_of("enrollment", row, event)))
    assert [type(contract).__name__ for contract in told] == ["ForcedLeaveAttempted", "LeftOtherWithoutReason"]
    assert {(str(c.child_id), str(c.school_id)) for c in told} == {(pupil, office.school)}


async def test_the_pupil_of_another_school_cannot_even_be_tried(office, pupil):
    before = await office.world.store.last_position()
    answer = await office.post(f"/pupils/{pupil}/expulsion", {}, "school", school=office.junior)
    assert answer.status_code == 403
    assert await _recorded(office, before) == []


async def test_a_suspended_pupil_is_expected_nowhere_and_is_not_transferred_until_restored(office, pupil):
    assert (await _try(office, pupil, "suspension", SUSPENSION))[1]["answer"] == {"status": "suspended"}
    refused = await _try(office, pupil, "transfer", {**TRANSFER, "place": "长春市"})
    assert (refused[0], refused[1]["available"]) == (409, ["restore_pupil"])
    year_id = (await office.ask("/school-years"))["rows"][0]["year_id"]
    office.last = await office.world.store.last_position()
    await office.open_autumn(year_id)
    assert (await office.ask("/pupils", semester="2025-autumn"))["rows"] == []
    await _try(office, pupil, "restoration", {"restored_on": "2025-08-20"})
    office.last = await office.world.store.last_position()
    await office.send("/pupils/expectations", {"semester": "2025-autumn"})
    assert len((await office.ask("/pupils", semester="2025-autumn"))["rows"]) == 1


@pytest.mark.parametrize("until_on", [DAY, "2026-06-01"])
async def test_a_suspension_ends_within_a_year(office, pupil, until_on):
    status, problem = await _try(office, pupil, "suspension", {**SUSPENSION, "until_on": until_on})
    assert (status, problem["type"].rpartition(":")[2]) == (422, "TooLongError")


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("other-leaving", {"reason": "随父母到俄罗斯务工，已核实", "left_on": DAY}, "left_other"),
        ("dropout-mark", {"marked_on": DAY}, "dropped_out"),
        ("away", {"status": "abroad", "proof": "护照与签证", "since_on": DAY}, "abroad"),
        ("away", {"status": "missing", "proof": "公安立案回执", "since_on": DAY}, "missing"),
    ],
)
async def test_each_state_is_entered_from_school_only_and_left_by_restoring(office, pupil, what, body, status):
    assert (await _try(office, pupil, what, body))[1]["answer"] == {"status": status}
    assert (await _try(office, pupil, what, body))[1]["type"].endswith("NotAtSchoolError")
    assert (await _try(office, pupil, "restoration", {"restored_on": DAY}))[0] == 200
    assert (await _try(office, pupil, "restoration", {"restored_on": DAY}))[1]["type"].endswith("NothingToRestoreError")


async def test_a_transfer_is_open_until_the_other_school_has_the_record(office, pupil):
    assert (await _try(office, pupil, "transfer", {**TRANSFER, "to_school": office.junior}))[0] == 200
    assert (await _try(office, pupil, "transfer", {**TRANSFER, "to_school": office.junior}))[1]["type"].endswith(
        "TransferOpenError"
    )
    office.last = await office.world.store.last_position()
    (row,) = (await office.ask("/transfers"))["rows"]
    assert (row["school_id"], row["to_school"], row["ended_on"]) == (office.school, office.junior, None)
    await office.send(f"/pupils/{pupil}/transfer/end", {"completed": True, "ended_on": "2025-04-20"})
    (row,) = (await office.ask("/transfers"))["rows"]
    assert (row["ended_on"], row["completed"]) == ("2025-04-20", 1)
    assert (await office.ask(f"/children/{pupil}"))["school_id"] == office.junior
    assert (await _try(office, pupil, "dropout-mark", {"marked_on": DAY}))[0] == 403


async def test_a_transfer_to_another_county_ends_with_the_record_there(office, pupil):
    await _try(office, pupil, "transfer", {**TRANSFER, "place": "长春市某小学"})
    answer = await office.send(f"/pupils/{pupil}/transfer/end", {"completed": True, "ended_on": "2025-04-20"})
    assert answer["answer"] == {"status": "transferred_out"}
    states = b"".join([row.state async for row in office.world.store.stream()])
    assert "长春市某小学".encode() not in states


async def test_a_deferred_child_is_not_due_until_the_deferral_ends_and_then_is(office, registers):
    await office.open_year()
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children"))["rows"]
    body = {"guardian_applied": True, "approver": "township", "evidence": "诊断书", "from_on": "2025-06-01"}
    path = f"/children/{child['child_id']}/deferrals"
    assert (await office.post(path, body)).json()["type"].endswith("NoBasisError")
    await office.send(path, {**body, "until_on": "2026-05-31"})
    assert await office.gaps("due-without-notice") == []
    assert await office.gaps("due-without-notice", year=2026, at="2026-05-31T12:00:00+08:00") == []
    assert len(await office.gaps("due-without-notice", year=2026, at="2026-06-01T12:00:00+08:00")) == 1
    await office.draw_zones()
    proposed = await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    assert proposed["answer"]["accepted"] == 0


async def test_an_exemption_needs_a_named_local_basis(office, registers):
    await office.open_year()
    await office.import_households(registers.register(1))
    (child,) = (await office.ask("/children"))["rows"]
    path = f"/children/{child['child_id']}/deferrals"
    body = {
        "kind": "exemption",
        "guardian_applied": True,
        "approver": "county-education",
        "evidence": "鉴定",
        "from_on": DAY,
    }
    assert (await office.post(path, body)).json()["type"].endswith("NoBasisError")
    await office.send(path, {**body, "local_basis": "某省义务教育条例第十条"})
    assert await office.gaps("due-without-notice") == []
