"""The year's frame: study, publicity, surveys, summary, plan."""


async def test_a_survey_closes_with_the_households_that_nobody_reached(office, registers):
    await office.import_households(registers.register(7))
    survey = {"year": 2025, "township": "220822100"}
    await office.send("/surveys", {**survey, "opened_on": "2025-04-01"}, "township")
    ids = [h["household_id"] for h in (await office.ask("/households", "township", year=2025))["rows"]]
    done = {"year": 2025, "surveyed_on": "2025-04-10", "households": ids[:2]}
    assert (await office.send("/household-surveys", done, "township"))["answer"]["accepted"] == 2
    assert (await office.send("/household-surveys", done, "township"))["answer"]["unchanged"] == 2
    confirmed = {"year": 2025, "confirmed_on": "2025-04-20", "households": ids[2:3]}
    await office.send("/household-confirmations", confirmed, "township")
    answer = await office.send("/surveys/closings", {**survey, "closed_on": "2025-04-25"}, "township")
    assert answer["answer"] == {"households": 4, "left_over": 1}
    (row,) = (await office.ask("/surveys", year=2025))["rows"]
    assert (row["closed_on"], row["left_over"]) == ("2025-04-25", 1)


async def test_a_township_does_not_survey_its_neighbours_households(office, registers):
    await office.import_households(registers.register(2, village="220822101201"))
    ids = [h["household_id"] for h in (await office.ask("/households", year=2025))["rows"]]
    body = {"year": 2025, "surveyed_on": "2025-04-10", "households": ids}
    assert (await office.send("/household-surveys", body, "township"))["answer"]["accepted"] == 0


async def test_the_plan_rests_on_the_summary(office):
    year = f"/school-years/{await office.open_year()}"
    refused = await office.post(f"{year}/plan", {"adopted_on": "2025-05-20"}, "county-government")
    assert (refused.status_code, refused.json()["available"]) == (409, ["submit_summary"])
    await office.send(f"{year}/study", {"held_on": "2025-03-10", "departments": 12}, "county-government")
    walls = {"area": "220822100", "channel": "walls", "recorded_on": "2025-03-15"}
    await office.send(f"{year}/publicity", walls)
    await office.send(f"{year}/summary", {"children": 400, "submitted_on": "2025-04-29"})
    await office.send(f"{year}/plan", {"adopted_on": "2025-05-20"}, "county-government")
    (row,) = (await office.ask("/school-years"))["rows"]
    assert (row["study_held_on"], row["children"], row["plan_on"]) == ("2025-03-10", 400, "2025-05-20")


async def test_a_year_is_opened_once(office):
    await office.open_year()
    assert (await office.post("/school-years", {"year": 2025})).status_code == 409


async def test_a_semester_out_of_order_is_refused(office):
    year = await office.open_year()
    days = {"opens_on": "2025-08-25", "midpoint_on": "2025-08-01", "ends_on": "2026-01-10"}
    refused = await office.post(f"/school-years/{year}/semesters", {"semester": "2025-autumn", **days})
    assert refused.status_code == 422
