"""Registers compared: recorded runs, classes with lists, each difference followed until settled."""

import io
from datetime import date

import pytest
from baoxue_shared.clock import shanghai

BORN = date(2015, 5, 5)
HEADS = "姓名,身份证号,学校,年级"
ROLL = "姓名,身份证号,学校,应到天数,实到天数,请假天数"
SETTLE_BY = "2025-05-01"


def pupils(registers, orders, school="开通镇中心校", grade="三年级"):
    return "\n".join([HEADS, *(f"测试童{n},{registers.id_number(BORN, n)},{school},{grade}" for n in orders)]).encode()


def roll(registers, days, school="开通镇中心校"):
    lines = (f"测试童{n},{registers.id_number(BORN, n)},{school},20,{present},0" for n, present in days.items())
    return "\n".join([ROLL, *lines]).encode()


async def compare(office, kind, files, year=2024, **more):
    headers = office.token("county-education") | {"Idempotency-Key": more.pop("key", None) or f"{office.last}/{kind}"}
    params = {"kind": kind, "year": year, "settle_by": SETTLE_BY, "min_position": office.last} | more
    sent = [(role, (f"{role}.csv", content, "text/csv")) for role, content in files]
    response = await office.client.post("/reconciliations", params=params, files=sent, headers=headers, timeout=50)
    if response.is_success:
        office.last = max(office.last, response.json()["position"])
    return response


async def run_of(office, kind, files, **more):
    response = await compare(office, kind, files, **more)
    assert response.is_success, response.text
    return response.json()["answer"]


async def differences(office, run, role="county-education", **params):
    return (await office.ask(f"/reconciliations/{run['run_id']}/differences", role, limit=1000, **params))["rows"]


async def _county(office, registers, count=4):
    await office.draw_zones()
    households = registers.register(count, BORN).encode()
    await office.import_households(households.decode())
    return households


async def settle(office, difference, how="explained", role="county-education", **more):
    path = f"/differences/{difference['difference_id']}/settlement"
    body = {"how": how, "detail": "已核实：随父母外出就读", "settled_on": "2025-04-10"}
    return await office.post(path, body, role, **more)


async def test_households_and_pupils_are_told_apart_by_class_and_the_same_inputs_are_the_same_run(office, registers):
    households = await _county(office, registers)
    register = pupils(registers, [1, 2, 9])
    await office.send("/registers/pupils?year=2024", register)
    files = [("household", households), ("pupil", register)]
    first = await run_of(office, "household_pupil", files)
    assert first["counts"] == {"matched": 2, "not-on-household-register": 1, "not-on-pupil-register": 2}
    again = await run_of(office, "household_pupil", files[::-1], key="again")
    assert again == first | {"unchanged": True}
    found = await differences(office, first)
    assert sorted(row["outcome"] for row in found) == ["not-on-household-register", *["not-on-pupil-register"] * 2]
    known = {row["child_id"] for row in (await office.ask("/children"))["rows"]}
    assert {row["child_id"] for row in found if row["outcome"] == "not-on-pupil-register"} <= known
    (stranger,) = [row for row in found if row["outcome"] == "not-on-household-register"]
    assert (stranger["child_id"], stranger["right_row"], stranger["owner"]) == (None, "1:4", "school")
    (listed,) = (await office.ask("/reconciliations"))["rows"]
    assert [told["role"] for told in listed["inputs"]] == ["household", "pupil"]
    assert len(listed["inputs"][0]["sha256"]) == 64
    assert listed["still_open"] == 3


async def test_nothing_personal_of_a_register_stands_in_the_history_in_clear(office, registers):
    households = await _county(office, registers)
    files = [("household", households), ("pupil", pupils(registers, [1, 99]))]
    (row, *_) = await differences(office, await run_of(office, "household_pupil", files))
    await settle(office, row)
    states = b"".join([r.state async for r in office.world.store.stream()])
    for text in ("测试童99", registers.id_number(BORN, 99), "随父母外出就读"):
        assert text.encode() not in states


async def test_a_person_under_two_numbers_is_a_candidate_that_somebody_decides(office, registers):
    households = await _county(office, registers, 2)
    line = f"测试童1,{registers.id_number(BORN, 501)},开通镇中心校,三年级"
    register = f"{HEADS}\n{line}\n".encode()
    run = await run_of(office, "household_pupil", [("household", households), ("pupil", register)])
    assert run["counts"] == {"candidate": 1, "not-on-pupil-register": 1}
    (candidate,) = await differences(office, run, outcome="candidate")
    refused = await settle(office, candidate, "explained")
    assert refused.json()["type"].rpartition(":")[2] == "WrongSettlingError"
    assert (await settle(office, candidate, "same-person")).is_success


async def test_pupils_against_the_rolls_absent_elsewhere_and_at_two_schools(office, registers):
    await _county(office, registers, 5)
    register = pupils(registers, [1, 2, 3, 4])
    await office.send("/registers/pupils?year=2024", register)
    rolls = [
        ("attendance", roll(registers, {1: 20, 2: 0, 4: 3, 5: 20})),
        ("attendance", roll(registers, {3: 20, 4: 17}, "通榆四中")),
    ]
    run = await run_of(office, "pupil_attendance", [("pupil", register), *rolls])
    assert run["counts"] == {
        "at-school-not-on-register": 1,
        "at-two-schools": 1,
        "matched": 1,
        "on-register-not-at-school": 1,
        "taught-elsewhere": 1,
    }
    assert len(await office.gaps("taught-elsewhere")) == 1
    assert len(await office.gaps("at-two-schools")) == 1
    (absent,) = await office.gaps("on-register-but-absent")
    assert (absent["school_id"], absent["entry"]) == (office.school, "on-register-not-at-school")


async def test_a_pupil_that_a_school_verified_as_out_of_school_is_suspected_and_told(office, registers):
    await _county(office, registers, 2)
    register = pupils(registers, [1, 2])
    await office.send("/registers/pupils?year=2024", register)
    run = await run_of(office, "pupil_attendance", [("pupil", register), ("attendance", roll(registers, {1: 20}))])
    (row,) = await differences(office, run, "school", school=office.school)
    assert (await settle(office, row, "out-of-school", "school", school=office.school)).is_success
    told = [r.topic async for r in office.world.store.stream()]
    assert told[-2:] == ["enrollment.RegisterDifference.Settled", "enrollment.RegisterDifference.DropoutSuspected"]


async def test_dropouts_against_the_list_of_poor_households(office, registers):
    await _county(office, registers, 3)
    await office.send("/registers/pupils?year=2024", pupils(registers, [1, 2, 3]))
    children = {}
    for row in (await office.ask("/pupils", semester="x"))["rows"] or (await office.ask("/children"))["rows"]:
        file = await office.ask(f"/children/{row['child_id']}")
        children[file["id_number"]] = row["child_id"]
    for order in (1, 2):
        child = children[registers.id_number(BORN, order)]
        await office.send(f"/pupils/{child}/dropout-mark", {"marked_on": "2025-03-20"})
    names = {1: "脱贫户", 3: "脱贫户", 77: "监测对象"}
    lines = [f"测试童{n},{registers.id_number(BORN, n)},220822100201,{kind}" for n, kind in names.items()]
    poor = "\n".join(["姓名,身份证号,行政村代码,户类型", *lines]).encode()
    run = await run_of(office, "dropout_poor", [("poor", poor)])
    assert run["counts"] == {"dropout-not-poor": 1, "poor-dropout": 1, "poor-not-on-record": 1, "poor-of-age": 1}
    found = {row["outcome"]: row for row in await differences(office, run)}
    assert found["poor-dropout"]["child_id"] == children[registers.id_number(BORN, 1)]
    assert (found["poor-not-on-record"]["owner"], found["poor-not-on-record"]["child_id"]) == ("township", None)


async def test_a_run_is_closed_by_township_and_county_only_when_nothing_is_open(office, registers):
    households = await _county(office, registers, 3)
    register = pupils(registers, [1, 2])
    run = await run_of(office, "household_pupil", [("household", households), ("pupil", register)])
    path, body = f"/reconciliations/{run['run_id']}/closing", {"closed_on": "2025-04-20"}
    early = await office.post(path, body, "township", area="220822100")
    assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "ReconciliationOpenError")
    (row,) = await differences(office, run, state="open")
    answer = await settle(office, row, role="township", area="220822101")
    assert answer.json()["type"].rpartition(":")[2] == "OutsideJurisdictionError"
    answer = await settle(office, row, role="township", area="220822100")
    assert answer.is_success
    office.last = answer.json()["position"]
    await office.send(path, body, "township", area="220822100")
    await office.send(path, body, "county-education")
    twice = await office.post(path, body, "county-government")
    assert twice.json()["type"].rpartition(":")[2] == "ReconciliationClosedError"
    told = await office.ask(f"/reconciliations/{run['run_id']}")
    assert [(c["area"], c["level"]) for c in told["closings"]] == [("220822", "county"), ("220822100", "township")]
    assert told["differences"] == {"not-on-pupil-register": {"open": 0, "settled": 1, "overdue": 0}}


async def test_a_difference_is_assigned_overdue_reopened_and_only_its_owner_settles_it(office, registers):
    households = await _county(office, registers, 1)
    run = await run_of(office, "household_pupil", [("household", households), ("pupil", pupils(registers, [7]))])
    (row,) = await differences(office, run, outcome="not-on-pupil-register")
    path = f"/differences/{row['difference_id']}"
    await office.send(f"{path}/assignment", {"owner": "school", "due_on": "2025-04-03"})
    refused = await settle(office, row, role="township", area="220822100")
    assert refused.json()["type"].rpartition(":")[2] == "NotTheOwnerError"
    office.clock.instant = shanghai(date(2025, 4, 4), 9)
    overdue = await differences(office, run, state="overdue")
    assert [late["difference_id"] for late in overdue] == [row["difference_id"]]
    settled = await settle(office, row)
    office.last = settled.json()["position"]
    assert await differences(office, run, state="overdue") == []
    (told,) = await differences(office, run, state="settled")
    assert (told["how"], told["detail"]) == ("explained", "已核实：随父母外出就读")
    (hidden,) = await differences(office, run, "auditor", state="settled")
    assert hidden["detail"] is None
    await office.send(f"{path}/reopening", {"detail": "查无此人", "due_on": "2025-04-30"})
    assert len(await differences(office, run, state="open", outcome="not-on-pupil-register")) == 1


@pytest.mark.parametrize(
    ("kind", "roles", "refusal"),
    [
        ("household_pupil", ["household"], "MissingInputError"),
        ("household_pupil", ["household", "pupil", "poor"], "MissingInputError"),
        ("household_pupil", ["household", "pupil"], "RegisterNotImportedError"),
        ("pupil_attendance", ["pupil", "nonsense"], "UnknownSourceError"),
    ],
)
async def test_what_cannot_be_compared_is_refused_and_nothing_is_recorded(office, registers, kind, roles, refusal):
    content = {
        "household": registers.register(2, BORN).encode(),
        "pupil": pupils(registers, [1]),
        "poor": "姓名,出生日期\n甲,2015-01-01".encode(),
        "nonsense": b"a,b\n1,2",
    }
    before = await office.world.store.last_position()
    answer = await compare(office, kind, [(role, content[role]) for role in roles])
    assert answer.json()["type"].rpartition(":")[2] == refusal
    assert await office.world.store.last_position() == before


async def test_the_list_of_a_run_is_a_spreadsheet_with_names_and_in_the_read_log(office, registers):
    from python_calamine import load_workbook

    households = await _county(office, registers, 2)
    run = await run_of(office, "household_pupil", [("household", households), ("pupil", pupils(registers, [1, 8]))])
    headers = office.token("county-education")
    path = f"/reconciliations/{run['run_id']}/sheet"
    response = await office.client.get(path, params={"min_position": office.last}, headers=headers)
    _, *lines = load_workbook(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert sorted(line[2] for line in lines) == ["", "测试童2"]
    log = await office.world.store.fetch("select what from enrollment_read_log")
    assert [row["what"] for row in log] == ["difference-sheet"]
