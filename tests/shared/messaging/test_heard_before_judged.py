"""No finding rests on what oversight has not heard: a publisher that lags, or is away, delays the judgement."""

import asyncio
from contextlib import AsyncExitStack
from datetime import date
from uuid import UUID, uuid4

import pytest
from baoxue_cases.commands import AssignResponsible, OpenCase
from baoxue_shared.actor import acting_as
from baoxue_shared.clock import shanghai
from baoxue_shared.messaging.relay import Relay
from baoxue_shared.testing.serving import VILLAGE

from tests.shared.messaging.conftest import COUNTY


class County:
    """Four services at work; cases' relay may be down."""

    def __init__(self, services):
        self.services = services

    async def open_case(self):
        cases = self.services["cases"]
        opening = OpenCase(
            child_id=uuid4(), school_id=UUID(int=7), area=VILLAGE, source="public_report", opened_on=date(2025, 9, 1)
        )
        with acting_as(COUNTY, clock=cases.world.clock):
            return (await cases.parts.application.open_case(opening)).id

    async def assign(self, case_id):
        cases = self.services["cases"]
        with acting_as(COUNTY, clock=cases.world.clock):
            await cases.parts.application.assign_responsible(
                case_id, AssignResponsible(person="t1", since=date(2025, 9, 1))
            )

    def day(self, day):
        for standing in self.services.values():
            standing.world.clock.instant = shanghai(day, 9)

    async def ticked(self):
        return self.services["oversight"].world.deadline_clock.day

    async def findings(self):
        rows = await self.services["oversight"].world.store.rows(limit=1000)
        return [row for row in rows if row.topic == "oversight.Finding.Raised"]

    async def told(self):
        return len(await self.services["oversight"].world.store.fetch("select 1 from ledger_facts"))


@pytest.fixture
async def county(streams, at_work):
    async with AsyncExitStack() as stack:
        names = ("enrollment", "cases", "aid", "oversight")
        yield County({name: await stack.enter_async_context(at_work(name, streams.url)) for name in names})


async def test_what_was_done_in_time_and_told_days_later_raises_no_finding(county, eventually, monkeypatch):
    kept, neglected = await county.open_case(), await county.open_case()
    assert await eventually(county.told, 2) == 2
    assert await eventually(county.ticked, date(2025, 9, 1)) == date(2025, 9, 1)
    publish = Relay._publish

    async def down(relay, rows):
        if relay._store.service == "cases":
            raise ConnectionError
        await publish(relay, rows)

    monkeypatch.setattr(Relay, "_publish", down)
    await county.assign(kept)  # on the day itself
    county.day(date(2025, 10, 8))
    await asyncio.sleep(3)
    assert (await county.ticked(), await county.findings()) == (date(2025, 9, 1), [])
    oversight = county.services["oversight"].world
    assert oversight.deadline_clock.waits_for == "UnheardPublisherError: cases"
    monkeypatch.undo()
    assert await eventually(county.ticked, date(2025, 10, 8), 40) == date(2025, 10, 8)
    (finding,) = await county.findings()
    assert str(neglected).encode() in finding.state
    assert str(kept).encode() not in finding.state


async def test_a_publisher_that_is_away_delays_and_nothing_is_lost(streams, at_work, eventually):
    async with at_work("oversight", streams.url) as oversight:
        oversight.world.clock.instant = shanghai(date(2025, 9, 3), 9)

        async def waits_for():
            return oversight.world.deadline_clock.waits_for

        assert await eventually(waits_for, "UnheardPublisherError: enrollment") == "UnheardPublisherError: enrollment"
        assert oversight.world.deadline_clock.day < date(2025, 9, 3)
