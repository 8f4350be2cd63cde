"""Bulk replay gives every aggregate as `load` gives it, across pages."""

from datetime import date
from uuid import uuid4

import pytest
from baoxue_cases.application import Cases
from baoxue_cases.commands import OpenCase, RecordContact
from baoxue_cases.domain.dropout_case import DropoutCase
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import FixedClock, shanghai
from baoxue_shared.history.opening import open_store
from baoxue_shared.privacy.sealer import Sealer
from baoxue_shared.replay import bulk

COUNTY = Actor("dev:county-education", "county-education", "220822", "220822")


@pytest.mark.parametrize("page", [1, 2, 3, 7, 5000])
async def test_every_aggregate_once_and_whole(address, tmp_path, monkeypatch, page):
    monkeypatch.setattr(bulk, "PAGE", page)
    store, sealer = open_store(address("cases"), "cases"), Sealer.open_store(tmp_path / "keys", "cases")
    cases = Cases(store, sealer, FixedClock(shanghai(date(2025, 9, 2))))
    ids = []
    for number in range(4):
        opening = OpenCase(
            child_id=uuid4(),
            school_id=uuid4(),
            area="220822100201",
            source="public_report",
            opened_on=date(2025, 9, 2),
        )
        with acting_as(COUNTY, clock=cases.clock):
            ids.append((await cases.open_case(opening)).id)
        for _ in range(number):
            with acting_as(COUNTY, clock=cases.clock):
                await cases.record_contact(ids[-1], RecordContact(reached=True, attempted_on=date(2025, 9, 3)))
    folded = {aggregate.id: aggregate async for aggregate in bulk.fold_all(store)}
    assert len(folded) == 8  # with the dockets
    for identity in ids:
        loaded = await cases.load(DropoutCase, identity)
        assert (folded[identity].version, folded[identity].child_id) == (loaded.version, loaded.child_id)
    await store.close()
    sealer.close()
