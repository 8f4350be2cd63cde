"""Figures are counted from what the services said, by area, as of any instant."""

from datetime import date

from baoxue_shared.clock import shanghai


async def test_figures_by_township_are_those_of_the_facts(desk):
    first = await desk.child(1)
    await desk.child(2, "220822101200")
    await desk.case(first)
    await desk.paid(first, 62_500)
    desk.served.clock.instant = shanghai(date(2025, 12, 1))
    answer = await desk.served.ask("/figures", "city-education")
    by_area = {row["area"]: row for row in answer["rows"]}
    assert (by_area["220822100"]["children"], by_area["220822100"]["paid_fen"]) == (1, 62_500)
    assert (answer["whole"]["children"], answer["whole"]["cases_opened"]) == (2, 1)


async def test_as_of_an_earlier_instant_later_facts_are_not_there(desk):
    await desk.case(await desk.child(1))
    for day, cases in ((date(2025, 9, 5), 0), (date(2025, 9, 7), 1)):
        at = shanghai(day, 12).isoformat()
        assert (await desk.served.ask("/figures", "city-education", at=at))["whole"]["cases_opened"] == cases


async def test_the_same_message_twice_counts_once(desk):
    child = await desk.child(1)
    await desk.paid(child, 100)
    before = await desk.served.ask("/figures", "city-education", at="2026-01-01T00:00:00Z")
    heard = await desk.served.hear(desk_contract(child), day=date(2025, 10, 2))
    await desk.served.take(heard, heard)
    after = await desk.served.ask("/figures", "city-education", at="2026-01-01T00:00:00Z")
    assert after["whole"]["payments"] - before["whole"]["payments"] == 1


def desk_contract(child):
    from uuid import UUID

    from baoxue_shared.contracts.aid import MoneyPaid

    ids = {"fund_id": UUID(int=1), "plan_id": UUID(int=2), "measure_id": UUID(int=4)}
    return MoneyPaid(area="220822100201", **ids, child_id=child, amount=1, paid_on=date(2025, 10, 2))


async def test_a_township_sees_its_own_figures_only(desk):
    await desk.child(1)
    await desk.child(2, "220822101200")
    at = "2026-01-01T00:00:00Z"
    mine = await desk.served.ask("/figures", "township", of="220822101", at=at)
    assert [row["area"] for row in mine["rows"]] == ["220822101"]


async def test_a_child_s_timeline_tells_all_services_in_order(desk):
    child = await desk.child(1)
    await desk.case(child)
    await desk.paid(child, 100)
    rows = (await desk.served.ask(f"/children/{child}/timeline", "auditor"))["rows"]
    assert [(r["publisher"], r["kind"]) for r in rows] == [
        ("enrollment", "ChildRecorded"),
        ("cases", "DropoutCaseOpened"),
        ("aid", "MoneyPaid"),
    ]
    log = await desk.served.world.store.fetch("select role, what from oversight_read_log")
    assert log == [{"role": "auditor", "what": "timeline"}]
    stranger = desk.served.headers("township", None, "220881100")
    assert (await desk.served.client.get(f"/children/{child}/timeline", headers=stranger)).status_code == 404
