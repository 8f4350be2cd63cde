"""A dropout that enrollment suspects opens a case by itself."""

from datetime import date
from uuid import uuid4

import pytest
from baoxue_shared.contracts.enrollment import DropoutSuspected


def suspected(desk, child, source="register_check", area=None):
    return DropoutSuspected(
        area=area or desk.VILLAGE,
        child_id=child,
        school_id=desk.SCHOOL,
        source=source,
        suspected_on=date(2025, 10, 9),
    )


async def cases_of(desk):
    return (await desk.served.ask("/cases", "school", school=desk.SCHOOL))["rows"]


@pytest.mark.parametrize("source", ["register_check", "reconciliation", "attendance"])
async def test_a_suspected_dropout_opens_one_case_with_its_source_and_day(desk, source):
    child = uuid4()
    await desk.served.hear(suspected(desk, child, source))
    (case,) = await cases_of(desk)
    assert (case["child_id"], case["source"], case["opened_on"]) == (str(child), source, "2025-10-09")


async def test_suspected_twice_and_told_twice_the_child_keeps_its_one_case(desk):
    child = uuid4()
    heard = await desk.served.hear(suspected(desk, child))
    await desk.served.take(heard)
    await desk.served.hear(suspected(desk, child, "attendance"))
    assert [case["source"] for case in await cases_of(desk)] == ["register_check"]


async def test_a_child_of_whom_only_the_township_is_known_has_its_case_and_nothing_waits(desk):
    await desk.served.hear(suspected(desk, uuid4(), area=desk.TOWN))
    (case,) = await cases_of(desk)
    assert case["area"] == desk.TOWN
    assert (await desk.served.ask("/parked", "operator"))["rows"] == []
