"""Registers as offices really send them: spreadsheets, odd heads, odd cells, odd files; nothing is lost."""

import base64
import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from baoxue_enrollment.imports.household_register import FROM_SERIAL
from python_calamine import load_workbook

BORN = date(2019, 3, 5)
KEPT = "民族"  # a column that nobody reads
GOOD = {"accepted": 1, "unchanged": 0, "refused": 0}


def sheet(rows, *, merge=(), formulas=(), title=()):
    """An XLSX; `formulas`: cells without a stored value."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as workbook:
        page = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        for n, row in enumerate([*title, *rows]):
            for m, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(n, m, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day
                else:
                    page.write(n, m, cell)
        for where in merge:
            page.merge_range(*where)
        for n, m, formula in formulas:
            page.write_formula(n, m, formula, None, "")
    return packed.getvalue()


def lines(registers, *rows):
    return [[*registers.HEADS.split(","), KEPT], *([*row.split(","), "汉"] for row in rows)]


def given_back(answer):
    """The file of bad rows as rows."""
    workbook = load_workbook(io.BytesIO(base64.b64decode(answer["errors"])))
    return workbook.get_sheet_by_index(0).to_python()


async def test_a_spreadsheet_is_taken_as_a_csv_file_is(office, registers):
    rows = lines(registers, *(registers.row(n, BORN) for n in range(1, 5)))
    answer = await office.send("/registers/households", sheet(rows))
    assert (answer["answer"], answer["form"], answer["rows"]) == ({**GOOD, "accepted": 4}, "xlsx", 4)
    assert (await office.send("/registers/households", sheet(rows)))["answer"]["accepted"] == 0
    again = await office.import_households(registers.register(4))
    assert again["answer"] == {"accepted": 0, "unchanged": 4, "refused": 0}


async def test_bad_rows_come_back_as_a_spreadsheet_with_the_reason_and_can_be_sent_again(office, registers):
    bad = registers.row(1, BORN).replace("测试童1", "")
    rows = lines(registers, bad, registers.row(2, BORN))
    answer = await office.send("/registers/households", sheet(rows))
    back = given_back(answer)
    assert back[0] == [*rows[0], "错误原因"]
    assert back[1] == [*rows[1], "缺姓名"]
    back[1][1] = "测试童1"
    assert (await office.send("/registers/households", sheet(back)))["answer"] == GOOD


async def test_heads_may_stand_below_a_title_and_bear_other_names(office, registers):
    rows = lines(registers, registers.row(1, BORN))
    rows[0] = [{"身份证号": "公民身份号码", "户号": "户口簿号"}.get(head, head) for head in rows[0]]
    title = [["通榆县开通镇户籍登记表"], [], ["填表人", "某某"]]
    assert (await office.send("/registers/households", sheet(rows, title=title)))["answer"] == GOOD


@pytest.mark.parametrize("cell", [BORN, 43529, 43529.0, "43529", "2019/3/5", "2019年3月5日", "20190305"])
async def test_dates_as_dates_as_text_and_as_serial_numbers_are_the_same_day(office, registers, cell):
    rows = lines(registers, registers.row(1, BORN))
    rows[1][4] = cell
    answer = await office.send("/registers/households", sheet(rows))
    assert answer["answer"] == GOOD
    assert answer["warnings"] == ({"2": FROM_SERIAL} if str(cell).startswith("43529") else {})
    (child,) = (await office.ask("/children"))["rows"]
    assert (await office.ask(f"/children/{child['child_id']}"))["born_on"] == "2019-03-05"


def _id_as_number(rows):
    rows[1][3] = float(rows[1][3].replace("X", "0"))
    return sheet(rows)


def _merged(rows):
    rows[2][0] = ""
    return sheet(rows, merge=[(1, 0, 2, 0, "H0")])


def _formula(rows):
    rows[1][1] = ""
    return sheet(rows, formulas=[(1, 1, '=CONCATENATE("测","试")')])


def _formula_error(rows):
    rows[1][8] = "#REF!"
    return sheet(rows)


def _shifted(rows):
    rows[1] = [rows[1][0], "多出一格", *rows[1][1:]]
    return sheet(rows)


def _twice(rows):
    return sheet([rows[0], rows[1], rows[1]])


@pytest.mark.parametrize(
    ("spoil", "reason", "taken"),
    [
        (_id_as_number, "改成了数字", 1),
        (_merged, "合并单元格", 0),
        (_formula, "B2 是公式", 1),
        (_formula_error, "公式出错（#REF!）", 1),
        (_shifted, "列数不符", 1),
        (_twice, "在本文件中重复", 1),
    ],
)
async def test_a_spoiled_cell_gives_its_row_back_with_the_reason(office, registers, spoil, reason, taken):
    answer = await office.send(
        "/registers/households", spoil(lines(registers, registers.row(1, BORN), registers.row(2, BORN)))
    )
    assert answer["answer"]["accepted"] == taken
    assert [reason in row[-1] for row in given_back(answer)[1:]] == [True] * (2 - taken)


def _protected():
    """What a password makes of a workbook: a compound file with an encrypted package."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return header + "EncryptedPackage".encode("utf-16-le") + bytes(1024)


def _bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(601 << 20))
    return packed.getvalue()


UNREADABLE = {
    "empty": (b"", "空文件"),
    "empty sheet": (sheet([]), "空文件"),
    "blanks": (b"  \n \n", "空文件"),
    "protected": (_protected(), "密码"),
    "broken": (sheet([["户号"]])[:200], "电子表格"),
    "wrong encoding": (
        "户号,姓名,户籍地代码\n1,张三,220822100201".encode("euc-kr", "replace") + b"\xff\xfe\xff",
        "GB18030",
    ),
    "no heads": (sheet([["甲", "乙"], [1, 2]]), "缺少列"),
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_a_file_that_cannot_be_read_is_refused_in_the_offices_words(office, case):
    content, words = UNREADABLE[case]
    refused = await office.post("/registers/households", content)
    assert refused.status_code == 422
    assert words in refused.json()["detail"]
    assert await office.world.store.last_position() == 0


async def test_a_file_of_100_megabytes_is_refused_before_it_is_read(office):
    refused = await office.post("/registers/households", bytes(100 << 20))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:baoxue:problem:FileTooLargeError")
    assert "按乡镇或学校分开" in refused.json()["detail"]


async def test_a_small_file_that_unpacks_without_end_is_refused(office):
    refused = await office.post("/registers/households", _bomb())
    assert refused.json()["type"] == "urn:baoxue:problem:FileTooLargeError"


async def test_a_file_of_another_county_comes_back_whole(office, registers):
    text = registers.register(3, village="220881100201")
    answer = await office.import_households(text)
    assert answer["answer"] == {"accepted": 0, "unchanged": 0, "refused": 3}
    assert answer["errors"].count("220881") == 6
    assert await office.world.store.fetch("select 1 from child_list") == []


async def test_a_repeated_request_gives_the_bad_rows_back_again(office, registers):
    text = registers.register(2) + registers.row(9, BORN, village="220881100201") + "\n" + registers.row(8, BORN)[:-3]
    first = await office.import_households(text, key="april")
    again = await office.import_households(text, key="april")
    assert first["answer"] == again["answer"] == {"accepted": 2, "unchanged": 0, "refused": 2}
    assert first["errors"].count("\n") == again["errors"].count("\n") == 3


async def test_a_preview_tells_what_would_be_read_and_records_nothing(office, registers):
    rows = lines(registers, registers.row(1, BORN), registers.row(2, BORN).replace("测试童2", ""))
    told = (await office.post("/registers/previews?kind=household", sheet(rows))).json()
    assert (told["rows"], told["good"], told["bad"]) == (2, 1, 1)
    assert told["columns"]["id_number"] == "身份证号"
    assert told["left_alone"] == [KEPT]
    assert given_back(told)[1][-1] == "缺姓名"
    assert await office.world.store.last_position() == 0


async def test_a_county_names_columns_in_its_own_mapping_file(office, registers, tmp_path, monkeypatch):
    own = {"household_number": "本户编码", "village": "村码", "name": "孩子", "id_number": "证号"}
    text = 'title = "本县登记表"\n[columns]\n' + "\n".join(f'{ours} = ["{head}"]' for ours, head in own.items())
    (tmp_path / "tongyu.toml").write_text(text, "utf-8")
    monkeypatch.setattr(office.world, "settings", office.world.settings.model_copy(update={"mappings": tmp_path}))
    content = f"{','.join(own.values())}\nH1,220822100201,张三,{registers.id_number(BORN, 1)}\n"
    assert (await office.post("/registers/households", content.encode())).status_code == 422
    answer = await office.send("/registers/households?source=tongyu", content.encode())
    assert answer["answer"] == GOOD
    (tmp_path / "wrong.toml").write_text('title = "x"\n[columns]\nshoe_size = ["鞋码"]', "utf-8")
    refused = await office.post("/registers/households?source=wrong", content.encode())
    assert "shoe_size" in refused.json()["detail"]


async def test_of_the_71_columns_of_the_pupil_register_those_needed_are_read_and_the_others_kept(office, registers):
    await office.draw_zones()
    zone = {"school_id": office.school, "name": "开通镇中心校", "stage": "primary", "kind": "central"}
    await office.send("/zones", {**zone, "township": "220822100", "villages": ["220822100"], "code": "2122002345"})
    await office.import_households(registers.register(2, date(2015, 3, 5)))
    others = [f"列{n}" for n in range(67)]
    heads = ["学校标识码", *others, "身份证件号", "入学年月", "就读方式"]
    numbers = [registers.id_number(date(2015, 3, 5), n) for n in (1, 2)]
    rows = [["2122002345", *others, numbers[0], "202109", "1"], ["2122009999", *others, numbers[1], "202109", "1"]]
    answer = await office.send("/registers/pupils?year=2024", sheet([heads, *rows]))
    assert answer["answer"] == {"accepted": 1, "unchanged": 0, "refused": 1}
    back = given_back(answer)
    assert back[1][:-1] == rows[1]
    assert "没有这所学校" in back[1][-1]
    assert [row["grade"] for row in (await office.ask("/children"))["rows"] if row["grade"]] == [4]


async def test_a_village_sheet_tells_which_households_were_reached(office, registers):
    await office.import_households(registers.register(6))
    heads = ["户籍地代码", "户号", "排查日期", "排查方式", "走访次数"]
    village = "220822100201"
    rows = [
        [village, "H0", date(2025, 4, 5), "入户", 1],
        [village, "H1", "2025-04-20", "村委确认", 3],
        [village, "H77", "2025-04-20", "入户", 1],
    ]
    answer = await office.send("/registers/surveys?year=2025", sheet([heads, *rows]), "township")
    assert answer["answer"] == {"accepted": 2, "unchanged": 0, "refused": 1}
    assert "没有户号 H77" in given_back(answer)[1][-1]
    found = {row["how"] for row in (await office.ask("/households", year=2025))["rows"]}
    assert found == {"surveyed", "confirmed", None}
    assert (await office.send("/registers/surveys?year=2025", sheet([heads, *rows]), "township"))["answer"] == {
        "accepted": 0,
        "unchanged": 2,
        "refused": 1,
    }


async def test_progress_tells_how_many_rows_are_recorded(office, registers):
    await office.import_households(registers.register(7), key="big-file")
    assert await office.ask("/registers/progress", key="big-file") == {"accepted": 7, "unchanged": 0}
    assert await office.ask("/registers/progress", "township", key="big-file") == {"accepted": 0, "unchanged": 0}
