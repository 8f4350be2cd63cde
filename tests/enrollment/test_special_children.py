"""Children who need a suitable form: found in any register, verified by three offices, placed, enrolled."""

from datetime import date
from uuid import uuid4

import pytest

BORN, DAY = date(2018, 3, 5), "2025-05-06"
OFFICES = {"county-education": "county_education", "disabled-federation": "disabled_federation", "justice": "justice"}
VERIFIED = {"in_register": True, "detail": "与本部门登记一致", "verified_on": DAY}
ADVICE = {"form": "home-teaching", "assessment": "重度肢体残疾，需护理", "recommended_on": DAY}


@pytest.fixture
async def found(office, registers):
    """A disabled child of seven, on no pupil register, found by the disabled persons' federation by its ID number."""
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(1, BORN))
    body = {"id_number": registers.id_number(BORN, 1), "group": "disability", "found_on": DAY}
    return (await office.send("/special-children", body, "disabled-federation"))["answer"]["child_id"]


async def _verify(office, child, *roles):
    for role in roles:
        await office.send(f"/special-children/{child}/verifications", VERIFIED, role)


def _form(office, **other):
    ground = {"ground": "专家委员会建议", "decided_on": DAY}
    return {"form": "home-teaching", "school_id": office.school, **ground, **other}


async def _state(office):
    (row,) = (await office.ask("/special-children"))["rows"]
    return row["state"]


async def test_the_three_offices_verify_then_the_committee_recommends_and_county_education_decides(office, found):
    path = f"/special-children/{found}"
    await _verify(office, found, "disabled-federation", "justice")
    early = await office.post(f"{path}/form", _form(office))
    assert (early.status_code, early.json()["available"]) == (409, ["verify_special_child"])
    await _verify(office, found, "county-education")
    assert await _state(office) == "to-place"
    unadvised = await office.post(f"{path}/form", _form(office))
    assert (unadvised.status_code, unadvised.json()["available"]) == (409, ["recommend_form"])
    await office.send(f"{path}/applications", {"form": "inclusive-class", "applied_on": DAY})
    await office.send(f"{path}/recommendations", ADVICE, "disabled-federation")
    assert (await office.post(f"{path}/enrolment", {"grade": 1, "year": 2025})).status_code == 409
    await office.send(f"{path}/form", _form(office))
    assert await _state(office) == "to-enrol"
    await office.send(f"{path}/enrolment", {"grade": 1, "year": 2025})
    assert await _state(office) == "on-register"
    assert await office.gaps("on-no-register", at="2025-10-01T00:00:00Z") == []


async def test_an_office_verifies_for_itself_and_once(office, found):
    await _verify(office, found, "justice")
    again = await office.post(f"/special-children/{found}/verifications", VERIFIED, "justice")
    assert again.status_code == 409
    for_another = {**VERIFIED, "office": "county_education"}
    assert (await office.post(f"/special-children/{found}/verifications", for_another, "justice")).status_code == 422
    assert (await office.post(f"/special-children/{found}/verifications", VERIFIED, "police")).status_code == 403


async def test_no_recommendation_is_needed_where_the_child_is_not_disabled(office, registers):
    await office.open_year()
    await office.draw_zones()
    await office.import_households(registers.register(1, BORN))
    (row,) = (await office.ask("/children"))["rows"]
    body = {"child_id": row["child_id"], "group": "prisoners-child", "found_on": DAY}
    await office.send("/special-children", body, "justice")
    await _verify(office, row["child_id"], *OFFICES)
    await office.send(f"/special-children/{row['child_id']}/form", _form(office, form="ordinary-class"))


async def test_a_child_is_found_once_and_not_when_it_is_on_the_register_or_unknown(office, registers, found):
    body = {"child_id": found, "group": "disability", "found_on": DAY}
    assert (await office.post("/special-children", body, "justice")).status_code == 409
    nobody = {"id_number": registers.id_number(BORN, 99), "group": "disability", "found_on": DAY}
    assert (await office.post("/special-children", nobody, "justice")).status_code == 404
    neither = {"group": "disability", "found_on": DAY}
    assert (await office.post("/special-children", neither, "justice")).status_code == 422
    pupil = f"身份证号,学校,年级\n{registers.id_number(BORN, 3)},开通镇中心校,1"
    await office.import_households(registers.register(1, BORN, first=3))
    await office.send("/registers/pupils?year=2024", pupil.encode())
    enrolled = {"id_number": registers.id_number(BORN, 3), "group": "disability", "found_on": DAY}
    answer = await office.post("/special-children", enrolled, "justice")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:baoxue:problem:EnrolledError")


async def test_which_group_and_form_are_opened_by_the_three_offices_only_and_the_reading_is_recorded(office, found):
    await _verify(office, found, *OFFICES)
    await office.send(f"/special-children/{found}/recommendations", ADVICE)
    await office.send(f"/special-children/{found}/form", _form(office))
    file = await office.ask(f"/special-children/{found}", role="justice")
    assert (file["group"], file["form"]) == ("disability", "home-teaching")
    for role in ("county-government", "township", "auditor"):
        answer = await office.client.get(f"/special-children/{found}", headers=office.token(role))
        assert answer.status_code == 403
    listed = str(await office.ask("/special-children", role="county-government"))
    assert "disability" not in listed
    assert "home-teaching" not in listed


async def test_nothing_of_the_group_or_the_form_stands_in_clear_in_the_history(office, found):
    await _verify(office, found, *OFFICES)
    await office.send(f"/special-children/{found}/recommendations", ADVICE)
    await office.send(f"/special-children/{found}/form", _form(office))
    rows = [row async for row in office.world.store.stream(after=0) if "SpecialChild" in row.topic]
    assert len(rows) == 6
    for row in rows:
        for word in (b"disability", b"home-teaching", "护理".encode(), "登记一致".encode()):
            assert word not in bytes(row.state)


async def test_a_form_needs_a_school_that_exists(office, found):
    await _verify(office, found, *OFFICES)
    await office.send(f"/special-children/{found}/recommendations", ADVICE)
    answer = await office.post(f"/special-children/{found}/form", _form(office, school_id=str(uuid4())))
    assert answer.status_code == 404


async def test_a_child_who_moved_away_is_looked_for_where_it_lives(office, registers):
    await office.open_year()
    await office.import_households(registers.register(1, BORN))
    (row,) = (await office.ask("/children"))["rows"]
    await office.send(f"/children/{row['child_id']}/moves-away", {"place": "长春市", "moved_on": DAY})
    body = {"child_id": row["child_id"], "group": "disability", "found_on": DAY}
    answer = await office.post("/special-children", body, "justice")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:baoxue:problem:NotHereError")
