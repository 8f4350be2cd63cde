"""Import of the household register: good rows are taken, bad ones given back, twice is once."""

import asyncio
from datetime import date

import pytest
from baoxue_enrollment.imports.household_register import UNKNOWN_AREA

BORN = date(2019, 3, 5)
BAD = {
    "缺姓名": lambda good: good.replace("测试童1", ""),
    "校验位不符": lambda good: good.replace(good.split(",")[3], good.split(",")[3][:-1] + "?").replace("?", "0"),
    "应为 18 位": lambda good: good.replace(good.split(",")[3], "2208221"),
    "出生日期与身份证号不符": lambda good: good.replace("2019-03-05", "2019-03-06"),
    "12 位": lambda good: good.replace("220822100201", "220822"),
    "性别与身份证号不符": lambda good: good.replace(",男,", ",女,"),
    "列数不符": lambda good: good + ",多,出",
    "看不懂": lambda good: good.replace("2019-03-05", "去年春天"),
    "改成了数字": lambda good: good.replace(good.split(",")[3], "2.20822E+17"),
}


async def test_every_good_row_becomes_a_child(office, registers):
    answer = await office.import_households(registers.register(6))
    assert answer["answer"] == {"accepted": 6, "unchanged": 0, "refused": 0}
    assert (answer["rows"], answer["errors"]) == (6, "")
    assert len((await office.ask("/children"))["rows"]) == 6
    assert len((await office.ask("/households", year=2025))["rows"]) == 4


async def test_the_same_file_twice_accepts_nothing_the_second_time(office, registers):
    await office.import_households(registers.register(6))
    answer = await office.import_households(registers.register(6))
    assert answer["answer"] == {"accepted": 0, "unchanged": 6, "refused": 0}
    assert len((await office.ask("/children"))["rows"]) == 6


async def test_the_same_request_again_gets_the_first_answer(office, registers):
    first = await office.import_households(registers.register(3), key="april")
    again = await office.import_households(registers.register(3), key="april")
    assert (again["answer"], again["position"]) == (first["answer"], first["position"])


async def test_a_request_id_with_another_file_is_refused(office, registers):
    await office.import_households(registers.register(3), key="april")
    response = await office.post("/registers/households", registers.register(4).encode(), key="april")
    assert response.status_code == 409


@pytest.mark.parametrize("reason", BAD)
async def test_a_bad_row_comes_back_with_its_reason_and_the_others_are_taken(office, registers, reason):
    good, bad = registers.row(2, BORN), BAD[reason](registers.row(1, BORN))
    answer = await office.import_households(f"{registers.HEADS}\n{bad}\n{good}")
    assert answer["answer"] == {"accepted": 1, "unchanged": 0, "refused": 1}
    heads, line = answer["errors"].splitlines()
    assert heads.endswith(",错误原因")
    assert reason in line.rpartition(",")[2]


async def test_an_unknown_area_code_warns_and_is_taken(office, registers):
    number = registers.id_number(BORN, 1, area="999999")
    line = registers.row(1, BORN).replace(registers.id_number(BORN, 1), number)
    answer = await office.import_households(f"{registers.HEADS}\n{line}")
    assert answer["answer"]["accepted"] == 1
    assert answer["warnings"] == {"2": UNKNOWN_AREA}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_files_of_the_offices_encodings_are_read(office, registers, encoding):
    await office.send("/registers/households", registers.register(2).encode(encoding))
    child = (await office.ask("/children"))["rows"][0]
    assert child["name"].startswith("测试童")


async def test_a_file_that_is_no_table_is_refused_and_nothing_is_recorded(office, registers):
    answers = [
        await office.post("/registers/households", body)
        for body in (b"", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", "姓名,性别\n张三,男".encode())
    ]
    assert [a.status_code for a in answers] == [422, 422, 422]
    assert await office.world.store.last_position() == 0


async def test_two_imports_of_one_file_at_once_record_each_child_once(office, registers):
    answers = await asyncio.gather(*(office.import_households(registers.register(40)) for _ in range(2)))
    assert sum(a["answer"]["accepted"] for a in answers) == 40
    assert len((await office.ask("/children", limit=500))["rows"]) == 40


async def test_a_township_takes_in_its_own_children_only(office, registers):
    text = registers.register(2) + "\n".join(registers.register(2, village="220822101201", first=20).splitlines()[1:])
    answer = await office.import_households(text, "township")
    assert answer["answer"] == {"accepted": 2, "unchanged": 0, "refused": 2}
    assert answer["errors"].count("管辖") == 2


async def test_a_child_without_a_number_is_the_same_child_in_the_next_file(office, registers):
    line = registers.row(1, BORN).replace(registers.id_number(BORN, 1), "")
    text = f"{registers.HEADS}\n{line}"
    await office.import_households(text)
    assert (await office.import_households(text))["answer"]["unchanged"] == 1
