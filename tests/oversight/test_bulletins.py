"""A bulletin freezes the figures of its period's end; nothing to report is a zero bulletin."""

from datetime import date

from baoxue_shared.clock import shanghai


async def at(desk, day):
    desk.served.clock.instant = shanghai(day, 9)


async def test_the_figures_are_those_of_the_period_s_end_whatever_came_later(desk):
    await desk.county_opens()
    await desk.case(await desk.child(1), date(2025, 9, 10))
    await desk.case(await desk.child(5), date(2025, 10, 2))
    await at(desk, date(2025, 10, 5))
    assert (await desk.issue()).status_code == 201
    (bulletin,) = (await desk.served.ask("/bulletins", "city-education"))["rows"]
    assert bulletin["figures"]["cases_opened"] == 1
    assert bulletin["figures_as_of"].startswith("2025-09-30T16:00")
    (duty,) = await desk.duties(at=shanghai(date(2025, 10, 20)).isoformat(), state="met", duty="D-3.1")
    assert duty["key"] == f"bearer={desk.SCHOOL}/period=2025-09"


async def test_a_zero_bulletin_is_a_bulletin(desk):
    await desk.county_opens()
    await at(desk, date(2025, 10, 5))
    assert (await desk.issue()).status_code == 201


async def test_not_before_the_period_is_over_and_not_twice(desk):
    await desk.county_opens()
    await at(desk, date(2025, 9, 30))
    assert (await desk.issue()).json()["type"] == "urn:baoxue:problem:PeriodNotOverError"
    await at(desk, date(2025, 10, 1))
    assert (await desk.issue()).status_code == 201
    assert (await desk.issue()).json()["type"] == "urn:baoxue:problem:BulletinIssuedBeforeError"


async def test_only_one_s_own_and_only_of_a_known_period(desk):
    await desk.county_opens()
    await at(desk, date(2025, 12, 1))
    assert (await desk.issue("township")).status_code == 403
    unknown = await desk.issue(period="2025-07")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:baoxue:problem:UnknownPeriodError")
