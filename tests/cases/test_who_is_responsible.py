"""A named person for the child, without a gap; a case opened in error asks for nobody."""


async def assign(desk, case, person, since):
    body = {"person": person, "since": since}
    return await desk.served.send(f"/cases/{case['id']}/responsible", body, "school", school=desk.SCHOOL)


async def test_who_takes_over_leaves_no_day_without_a_person(desk):
    case = await desk.open_case()
    await assign(desk, case, "t1", "2025-09-03")
    await assign(desk, case, "t2", "2025-10-01")
    assert (await desk.served.topics())[-2:] == [
        "cases.DropoutCase.ResponsibleReleased",
        "cases.DropoutCase.ResponsibleAssigned",
    ]


async def test_a_person_may_leave_without_successor_and_not_twice(desk):
    case = await desk.open_case()
    await assign(desk, case, "t1", "2025-09-03")
    path, body = f"/cases/{case['id']}/responsible/release", {"until": "2025-10-01"}
    await desk.served.send(path, body, "school", school=desk.SCHOOL)
    refused = await desk.served.post(path, body, "school", school=desk.SCHOOL)
    assert (refused.status_code, refused.json()["available"]) == (409, ["assign_responsible"])


async def test_a_case_opened_in_error_says_so_and_is_closed(desk):
    case = await desk.open_case()
    body = {"outcome": "opened_in_error", "closed_on": "2025-09-04"}
    await desk.served.send(f"/cases/{case['id']}/closing", body, "county-education")
    assert (await desk.served.topics())[-2:] == ["cases.DropoutCase.OpenedInError", "cases.DropoutCase.Closed"]
    (shown,) = (await desk.served.ask("/cases", "school", school=desk.SCHOOL))["rows"]
    assert (shown["state"], shown["outcome"]) == ("closed", "opened_in_error")
