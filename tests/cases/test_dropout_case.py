import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from baoxue_cases.application import Cases
from baoxue_cases.commands import CloseCase, DeliverReport, OpenCase, RecordReturn, RecordVisit
from baoxue_cases.domain.docket import ChildHasOpenCaseError
from baoxue_cases.domain.dropout_case import ClosedCaseError, NoPersuasionError, NotReturnedError
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import FixedClock
from baoxue_shared.errors import OutsideJurisdictionError
from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.sealer import Sealer

DAY = date(2025, 9, 2)
COUNTY = Actor("dev:county-education", "county-education", "220822", "220822")


@pytest.fixture
async def cases(tmp_path, address):
    store = open_store(address("cases"), "cases")
    sealer = Sealer.open_store(tmp_path / "keys", "cases")
    yield Cases(store, sealer, FixedClock(datetime(2025, 9, 2, tzinfo=UTC)))
    await store.close()
    sealer.close()


def opening(**fields):
    known = {"child_id": uuid4(), "school_id": uuid4(), "area": "220822100001", "source": "roll_call", "opened_on": DAY}
    return OpenCase(**(known | fields))


async def do(cases, method, *arguments, actor=COUNTY):
    with acting_as(actor, clock=cases.clock):
        return await getattr(cases, method)(*arguments)


async def test_a_child_gets_one_open_case_however_many_open_it_at_once(cases):
    child = uuid4()
    racers = (do(cases, "open_case", opening(child_id=child)) for _ in range(20))
    answers = await asyncio.gather(*racers, return_exceptions=True)
    assert sum(not isinstance(a, Exception) for a in answers) == 1
    assert sum(isinstance(a, ChildHasOpenCaseError) for a in answers) == 19
    assert await cases.store.last_position() == 3


async def test_a_case_is_closed_as_returned_only_after_a_return(cases):
    case = (await do(cases, "open_case", opening())).id
    closing = CloseCase(outcome="returned", closed_on=DAY)
    with pytest.raises(NotReturnedError):
        await do(cases, "close_case", case, closing)
    await do(cases, "record_return", case, RecordReturn(returned_on=DAY))
    await do(cases, "close_case", case, closing)


async def test_a_closed_case_refuses_to_be_closed_again_and_nothing_is_recorded(cases):
    case = (await do(cases, "open_case", opening())).id
    closing = CloseCase(outcome="opened_in_error", closed_on=DAY)
    await do(cases, "close_case", case, closing)
    before = await cases.store.last_position()
    with pytest.raises(ClosedCaseError):
        await do(cases, "close_case", case, closing)
    assert await cases.store.last_position() == before


async def test_a_child_that_dropped_out_again_gets_a_new_case(cases):
    child = uuid4()
    first = (await do(cases, "open_case", opening(child_id=child))).id
    await do(cases, "close_case", first, CloseCase(outcome="opened_in_error", closed_on=DAY))
    second = await do(cases, "open_case", opening(child_id=child))
    assert second.id != first


async def test_a_written_report_needs_a_persuasion_that_failed(cases):
    case = (await do(cases, "open_case", opening())).id
    with pytest.raises(NoPersuasionError):
        await do(
            cases, "deliver_report", case, DeliverReport(report_number="1", to="county_education", delivered_on=DAY)
        )


async def test_what_a_home_visit_found_is_sealed(cases):
    case = (await do(cases, "open_case", opening())).id
    await do(cases, "record_visit", case, RecordVisit(visited_on=DAY, found="父母外出务工"))
    row = (await cases.store.rows())[-1]
    assert "父母外出务工".encode() not in row.state
    visited = cases.mapper.to_event(row)
    assert await cases.sealer.open(visited.child_id, visited.found) == "父母外出务工"


async def test_a_school_acts_on_its_own_pupils_only(cases):
    school = uuid4()
    teacher = Actor("dev:school", "school", str(school), "220822100")
    await do(cases, "open_case", opening(school_id=school, area="220822101001"), actor=teacher)
    with pytest.raises(OutsideJurisdictionError):
        await do(cases, "open_case", opening(), actor=teacher)
