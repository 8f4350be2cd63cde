"""The notice as a paper: one A4 page, embedded fonts, names inside their fields, a code that can be verified."""

import io
import re
import zipfile
from datetime import date

import pytest
from baoxue_enrollment.papers.fonts import folder
from fontTools.ttLib import TTFont
from pypdf import PdfReader

BORN = date(2019, 3, 5)
NAMES = ["李四", "欧阳娜娜", "阿卜杜热合曼·阿卜杜拉·买提江", "古丽米热·吐尔逊江·阿依努尔", "㼆䶮堃", "王张𠮷"]
WIDTH_OF_FIELD = 56 / 25.4 * 72
A4 = (595, 842)


async def _notices(office, registers, names=NAMES):
    await office.open_year()
    await office.draw_zones()
    lines = [registers.row(n, BORN, name=name) for n, name in enumerate(names, 1)]
    await office.import_households("\n".join([registers.HEADS, *lines]))
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    await office.send("/notices/issuing", {"year": 2025, "area": "220822", "report_on": "2025-08-31"})
    rows = (await office.ask("/notices", year=2025))["rows"]
    return [row["notice_id"] for row in rows]


async def _get(office, path, role="county-education", **params):
    headers = office.token(role, params.pop("school", None), params.pop("of", None))
    return await office.client.get(path, params={**params, "min_position": office.last}, headers=headers, timeout=50)


async def _paper(office, notice_id):
    response = await _get(office, f"/notices/{notice_id}/paper")
    assert response.headers["content-type"] == "application/pdf", response.text
    return PdfReader(io.BytesIO(response.content))


def _fonts(reader):
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def _flat(page):
    return re.sub(r"\s", "", page.extract_text())


async def test_a_notice_is_one_a4_page_with_embedded_fonts_and_the_duties_in_full(office, registers):
    (notice,) = await _notices(office, registers, ["李四"])
    reader = await _paper(office, notice)
    (page,) = reader.pages
    assert tuple(map(round, page.mediabox[2:])) == A4
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in _fonts(reader)]
    assert descriptors
    assert all("/FontFile3" in d or "/FontFile2" in d for d in descriptors)
    text = _flat(page)
    wanted = ["义入通字〔2025〕第000001号", "李四", "监护人1", "开通镇中心校", "2025年8月31日", "二〇二五年四月一日"]
    law = ["无正当理由未依照本法规定送适龄儿童、少年入学接受义务教育的", "予以训诫，并可以责令其接受家庭教育指导"]
    assert [part for part in [*wanted, *law, "通榆县教育局（盖章）"] if part not in text] == []


def _width(page, name):
    """Of a name as drawn, by the font's own measures."""
    sizes = []

    def visit(text, _, matrix, __, size):
        if name[:2] in text:
            sizes.append(size * abs(matrix[0]))

    page.extract_text(visitor_text=visit)
    with TTFont(folder() / "NotoSerifSC-Regular.otf", lazy=True) as font:
        glyphs, advances = font.getBestCmap(), font["hmtx"]
        units = sum(advances[glyphs[ord(character)]][0] for character in name)
        return max(sizes) * units / font["head"].unitsPerEm


async def test_names_of_two_to_fifteen_characters_stay_inside_their_fields(office, registers):
    pages = [(await _paper(office, notice)).pages for notice in await _notices(office, registers)]
    assert {len(each) for each in pages} == {1}
    for name in (name.replace("𠮷", "") for name in NAMES):
        (page,) = (each[0] for each in pages if name in _flat(each[0]))
        assert _width(page, name) <= WIDTH_OF_FIELD


async def test_a_character_no_font_has_is_left_open_and_named_in_the_index(office, registers):
    await _notices(office, registers, ["张𠮷"])
    response = await _get(office, "/notices/index-sheet", year=2025, area="220822100")
    text = _flat(PdfReader(io.BytesIO(response.content)).pages[0])
    assert "缺字U+20BB7手写补正" in text
    assert "义入通字〔2025〕第000001号" in text


async def test_a_township_is_printed_page_by_page_in_order_of_number(office, registers):
    await _notices(office, registers, [f"测试{n}号" for n in range(5)])
    names, after = [], {}
    for _ in range(3):
        response = await _get(office, "/notices/papers", year=2025, area="220822100", limit=2, **after)
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            names += archive.namelist()
            assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
        after = {"after": response.headers["X-Next"]} if "X-Next" in response.headers else {}
    assert names == [f"notice-2025-{n:06}.pdf" for n in range(1, 6)]
    elsewhere = await _get(office, "/notices/papers", year=2025, area="220822101")
    assert zipfile.ZipFile(io.BytesIO(elsewhere.content)).namelist() == []


async def test_slips_of_service_stand_two_on_a_page_with_all_ways_of_service(office, registers):
    await _notices(office, registers, [f"测试{n}号" for n in range(5)])
    response = await _get(office, "/notices/service-slips", "township", year=2025)
    reader = PdfReader(io.BytesIO(response.content))
    assert len(reader.pages) == 3
    ways = ["直接", "成年家属签收", "留置", "电子", "委托", "邮寄", "转交", "公告"]
    assert [way for way in ways if way not in _flat(reader.pages[0])] == []


async def test_whoever_prints_is_in_the_read_log_and_strangers_print_nothing(office, registers):
    (notice,) = await _notices(office, registers, ["李四"])
    await _paper(office, notice)
    log = await office.world.store.fetch("select role, what from enrollment_read_log")
    assert {"role": "county-education", "what": "notice"} in log
    assert (await _get(office, f"/notices/{notice}/paper", of="220881")).status_code == 404
    assert (await _get(office, f"/notices/{notice}/paper", "teacher", school=office.school)).status_code == 403


async def test_an_erased_childs_notice_is_printed_no_more(office, registers):
    (notice,) = await _notices(office, registers, ["李四"])
    (child,) = (await office.ask("/children"))["rows"]
    await office.send(f"/children/{child['child_id']}/erasure", {"ground": "recorded-in-error"})
    assert (await _get(office, f"/notices/{notice}/paper")).status_code == 404


@pytest.mark.parametrize("state", ["valid", "void"])
async def test_the_code_on_the_paper_tells_number_validity_and_issuer_only(office, registers, state):
    (notice,) = await _notices(office, registers, ["李四"])
    if state == "void":
        body = {"ground": "issued-in-error", "revoked_on": "2025-07-01"}
        await office.send(f"/notices/{notice}/revocation", body)
        await office.ask("/notices", year=2025)
    page = await office.client.get(f"/verification/{notice}/1")
    assert page.status_code == 200
    values = re.findall(r"<dd>(.*?)</dd>", page.text)
    assert values == [
        "义入通字〔2025〕第000001号",
        f"{'有效' if state == 'valid' else '已作废'} {state}",
        "通榆县教育局",
    ]
    assert not [told for told in ("李四", "监护人", "220822100201", "开通镇") if told in page.text]


async def test_a_paper_that_is_not_ours_is_told_so(office, registers):
    (notice,) = await _notices(office, registers, ["李四"])
    for address in (f"{notice}/2", "00000000-0000-4000-8000-000000000001/1"):
        page = await office.client.get(f"/verification/{address}")
        assert (page.status_code, page.json()["type"]) == (404, "urn:baoxue:problem:UnknownPaperError")
