"""What is recorded of a child: corrected with its history, moved, elsewhere with proof, dead, perhaps twice."""

from datetime import date

import pytest

BORN = date(2019, 3, 5)
NOTED = {"ground": "police-corrected", "noted_on": "2025-05-06"}


async def _children(office, registers, count=1, **more):
    await office.open_year()
    await office.import_households(registers.register(count, **more))
    return [row["child_id"] for row in (await office.ask("/children", limit=500))["rows"]]


async def _due(office, **at):
    return {gap["child_id"] for gap in await office.gaps("due-without-notice", **at)}


async def _refusal(office, path, body, role="county-education"):
    answer = await office.post(path, body, role)
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_correction_shows_in_the_file_and_the_former_data_stay_sealed_in_the_history(office, registers):
    (child,) = await _children(office, registers)
    number = registers.id_number(date(2018, 3, 5), 1)
    answer = await office.send(f"/children/{child}/corrections", {**NOTED, "name": "张晓明", "id_number": number})
    assert answer["answer"] == {"changed": ["born_on", "id_number", "name"]}
    file = await office.ask(f"/children/{child}")
    assert (file["name"], file["id_number"], file["born_on"]) == ("张晓明", number, "2018-03-05")
    assert [change["detail"] for change in file["changes"]] == ["police-corrected: born_on, id_number, name"]
    states = b"".join([row.state async for row in office.world.store.stream()])
    assert not [text for text in ("张晓明", number, "2018-03-05") if text.encode() in states]
    assert len([row async for row in office.world.store.stream() if b'"name":{"key_id"' in row.state]) == 2


async def test_a_corrected_number_is_the_same_child_in_the_next_register(office, registers):
    (child,) = await _children(office, registers)
    number = registers.id_number(BORN, 11)
    await office.send(f"/children/{child}/corrections", {**NOTED, "id_number": number})
    line = registers.row(1, BORN).replace(registers.id_number(BORN, 1), number)
    assert (await office.import_households(f"{registers.HEADS}\n{line}"))["answer"]["unchanged"] == 1
    assert (await office.import_households(registers.register(1)))["answer"]["unchanged"] == 1


async def test_a_corrected_birth_date_moves_the_year_of_entry_and_the_earlier_list_stays(office, registers):
    (child,) = await _children(office, registers)
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    number = registers.id_number(date(2020, 3, 5), 1)
    await office.send(f"/children/{child}/corrections", {**NOTED, "id_number": number})
    assert await _due(office) == set()
    assert await _due(office, year=2026) == {child}
    assert await _due(office, at=before) == {child}


@pytest.mark.parametrize(
    ("correction", "refusal"),
    [
        ({"name": "测试童1"}, "NothingToCorrectError"),
        ({"born_on": "2018-01-01"}, "ContradictionError"),
        ({"id_number": "220822201903050000"}, "WrongIdNumberError"),
        ({"sex": "女"}, "ContradictionError"),
    ],
)
async def test_a_correction_that_contradicts_itself_is_refused(office, registers, correction, refusal):
    (child,) = await _children(office, registers)
    assert await _refusal(office, f"/children/{child}/corrections", {**NOTED, **correction}) == (422, refusal)


async def test_another_childs_number_is_refused(office, registers):
    children = await _children(office, registers, 2)
    files = {child: await office.ask(f"/children/{child}") for child in children}
    other = files[children[1]]["id_number"]
    answer = await _refusal(office, f"/children/{children[0]}/corrections", {**NOTED, "id_number": other})
    assert answer == (409, "NumberTakenError")


async def test_guardian_and_deputy_change_and_the_notice_goes_to_the_guardian(office, registers):
    (child,) = await _children(office, registers)
    body = {"ground": "法院指定", "from_on": "2025-05-01", "phone": "13900000000", "relation": "叔叔"}
    await office.send(f"/children/{child}/guardians", {**body, "role": "guardian", "name": "张叔"}, "township")
    deputy = {"role": "deputy", "name": "李奶奶", "ground": "父母外出", "from_on": "2025-05-02"}
    await office.send(f"/children/{child}/guardians", deputy, "township")
    file = await office.ask(f"/children/{child}")
    assert (file["guardian_name"], file["guardian_relation"], file["deputy_name"]) == ("张叔", "叔叔", "李奶奶")
    assert "deputy_phone" not in file


async def test_a_special_group_is_set_with_its_source_and_cleared(office, registers):
    (child,) = await _children(office, registers)
    body = {"group": "防返贫监测对象", "source": "乡村振兴局名单 2025-04", "from_on": "2025-04-01"}
    flag = (await office.send(f"/children/{child}/groups", body))["answer"]["flag_id"]
    (shown,) = (await office.ask(f"/children/{child}"))["groups"]
    assert (shown["group"], shown["source"], shown["cleared_on"]) == ("防返贫监测对象", "乡村振兴局名单 2025-04", None)
    assert "group" not in (await office.ask(f"/children/{child}", "auditor"))["groups"][0]
    clearing = {"flag_id": flag, "ground": "风险消除", "cleared_on": "2026-01-01"}
    await office.send(f"/children/{child}/groups/clearings", clearing)
    assert await _refusal(office, f"/children/{child}/groups/clearings", clearing) == (409, "GroupNotSetError")


async def test_who_moved_away_or_died_is_due_no_more_and_was_until_then(office, registers):
    away, dead = await _children(office, registers, 2)
    before = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await office.send(f"/children/{away}/moves-away", {"place": "洮南市", "moved_on": "2025-04-02"})
    await office.send(f"/children/{dead}/death", {"proof": "死亡证明", "died_on": "2025-04-02"})
    assert await _due(office) == set()
    assert await _due(office, at=before) == {away, dead}
    again = {"place": "洮南市", "moved_on": "2025-04-03"}
    assert await _refusal(office, f"/children/{away}/moves-away", again) == (409, "NotHereError")


async def test_a_child_that_moved_in_is_due_a_place_and_gets_its_notice(office, registers):
    (child,) = await _children(office, registers, born_on=date(2015, 3, 5))
    await office.draw_zones()
    await office.send(f"/children/{child}/moves-in", {"village": "220822100202", "moved_on": "2025-05-01"})
    assert await _due(office) == {child}
    body = {"child_id": child, "year": 2025, "entry": "moved_in"}
    await office.send("/placements", {**body, "school_id": office.school})
    await office.send("/notices", {**body, "report_on": "2025-08-31"})
    assert await _due(office) == set()
    assert (await office.ask(f"/children/{child}"))["area"] == "220822100202"


async def test_living_elsewhere_counts_only_with_proof_and_until_it_ends(office, registers):
    (child,) = await _children(office, registers)
    path = f"/children/{child}/elsewhere"
    proof = {"proof": "certificate-of-attendance", "detail": "长春市某小学", "proven_on": "2025-04-10"}
    assert await _refusal(office, f"{path}/proofs", proof) == (409, "NotElsewhereError")
    await office.send(path, {"place": "长春市", "since_on": "2024-09-01"}, "township")
    assert await _due(office) == {child}
    await office.send(f"{path}/proofs", proof)
    assert await _due(office) == set()
    await office.send("/placements/proposals", {"year": 2025, "area": "220822"})
    await office.send(f"{path}/ends", {"ended_on": "2025-06-01"})
    assert await _due(office) == {child}


async def test_an_inquiry_on_paper_waits_for_its_answer_and_a_person_says_what_it_proves(office, registers):
    (child,) = await _children(office, registers)
    await office.send(f"/children/{child}/elsewhere", {"place": "长春市", "since_on": "2024-09-01"})
    asked = {"to": "长春市二道区教育局", "on_paper": True, "number": "通教协〔2025〕1号", "sent_on": "2025-04-10"}
    inquiry = (await office.send(f"/children/{child}/inquiries", asked))["answer"]["inquiry_id"]
    answer = {
        "inquiry_id": inquiry,
        "answer": "at-school-there",
        "detail": "回函 2025-05-08",
        "answered_on": "2025-05-09",
    }
    await office.send(f"/children/{child}/inquiries/answers", answer)
    (shown,) = (await office.ask(f"/children/{child}"))["inquiries"]
    assert (shown["addressee"], shown["on_paper"], shown["answer"]) == ("长春市二道区教育局", 1, "at-school-there")
    assert await _due(office) == {child}
    proof = {"proof": "inquiry-answer", "detail": "通教协〔2025〕1号回函", "proven_on": "2025-05-09"}
    await office.send(f"/children/{child}/elsewhere/proofs", proof)
    assert await _due(office) == set()
    assert await _refusal(office, f"/children/{child}/inquiries/answers", answer) == (409, "NoInquiryError")


async def _pair(office, registers):
    """One child without a number in one file, with it in the other."""
    await office.open_year()
    without = registers.row(1, BORN, name="张小花").replace(registers.id_number(BORN, 1), "")
    await office.import_households(f"{registers.HEADS}\n{without}\n{registers.row(5, BORN)}")
    await office.import_households(f"{registers.HEADS}\n{registers.row(3, BORN, name='张小花')}")
    found = await office.send("/duplicates/searches", {})
    assert found["answer"]["accepted"] == 1
    (pair,) = (await office.ask("/duplicates"))["rows"]
    return pair


async def test_a_pair_is_proposed_once_with_the_reason_and_merged_by_nobody(office, registers):
    pair = await _pair(office, registers)
    assert (pair["reason"], pair["decided_as"]) == ("same-name-and-birth-date", None)
    assert (await office.send("/duplicates/searches", {}))["answer"]["unchanged"] == 1
    assert {pair["first"], pair["second"]} < await _due(office)


async def test_a_merger_is_decided_by_a_person_and_can_be_taken_back(office, registers):
    pair = await _pair(office, registers)
    path = f"/duplicates/{pair['pair_id']}"
    office.clock.advance(days=1)
    await office.send(f"{path}/merger", {"kept": pair["second"], "decided_on": "2025-04-10"})
    assert pair["first"] not in await _due(office)
    assert pair["second"] in await _due(office)
    merged_at = office.clock.now().isoformat()
    office.clock.advance(days=1)
    await office.send(f"{path}/separation", {"ground": "双胞胎堂姐妹同名", "decided_on": "2025-04-11"})
    assert {pair["first"], pair["second"]} < await _due(office)
    assert pair["first"] not in await _due(office, at=merged_at)
    again = {"ground": "同上", "decided_on": "2025-04-12"}
    assert await _refusal(office, f"{path}/separation", again) == (409, "DecidedSoError")
    await office.send(f"{path}/merger", {"kept": pair["first"], "decided_on": "2025-04-13"})
    assert pair["second"] not in await _due(office)


async def test_erasure_takes_corrections_and_groups_with_it(office, registers):
    (child,) = await _children(office, registers)
    await office.send(f"/children/{child}/corrections", {**NOTED, "name": "张晓明"})
    await office.send(f"/children/{child}/groups", {"group": "低保", "source": "民政", "from_on": "2025-04-01"})
    await office.send(f"/children/{child}/erasure", {"ground": "recorded-in-error"})
    file = await office.ask(f"/children/{child}")
    assert file["name"] == file["groups"][0]["group"] == "已删除 (erased)"
    status = (await office.post(f"/children/{child}/corrections", {**NOTED, "name": "张大明"})).status_code
    assert status == 409
