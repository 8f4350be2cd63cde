"""An operator sees how a service fares: what is recorded, what waits, what is parked, why it is not ready."""

import asyncio
import re
from uuid import uuid4

import pytest
from baoxue_shared.contracts.enrollment import CheckInMissed
from baoxue_shared.messaging.cloudevents import Unreadable
from baoxue_shared.testing.serving import VILLAGE, serving
from baoxue_shared.web.health import add_health


@pytest.fixture
async def served(address, tmp_path, issuer):
    async with serving("cases", address("cases"), tmp_path, issuer) as served:
        add_health(served.parts.api, served.world)
        yield served


async def figures(served):
    """Name with labels → value."""
    text = (await served.client.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^(baoxue_\S+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def opening(number):
    facts = {"school_id": str(uuid4()), "area": VILLAGE, "source": "public_report", "opened_on": "2025-09-01"}
    return {"child_id": str(uuid4()), **facts}, f"k{number}"


async def open_cases(served, count):
    await served.send("/cases", opening("first")[0], "county-education")  # signs in once
    answers = await asyncio.gather(
        *(served.post("/cases", body, "county-education", key=key) for body, key in map(opening, range(count)))
    )
    assert {answer.status_code for answer in answers} == {201}


async def test_commands_and_their_commits_are_counted(served):
    await open_cases(served, 40)
    await served.ask("/cases")
    told = await figures(served)
    assert told['baoxue_requests_total{operation="open_case",status="201"}'] == 41
    assert told["baoxue_commit_units_sum"] >= 41
    assert told["baoxue_commit_seconds_count"] == told["baoxue_commit_units_count"]
    assert told["baoxue_commit_units_count"] < told["baoxue_commit_units_sum"]  # several in one commit
    assert told["baoxue_commits_waiting"] == 0
    assert told['baoxue_behind{of="case_list"}'] == 0
    assert told['baoxue_behind{of="relay"}'] == told['baoxue_position{of="history"}']  # nothing is relayed here


async def test_a_parked_message_is_a_figure_and_a_warning(served):
    heard = await served.hear(
        CheckInMissed(area=VILLAGE, child_id=uuid4(), school_id=uuid4(), semester="2025-autumn", due_on="2025-09-05")
    )
    broken = heard.__class__(
        **{f: getattr(heard, f) for f in heard.__struct_fields__}
        | {"position": 99, "event_id": "enrollment:1:99", "body": Unreadable("{", "JSONDecodeError")}
    )
    await served.take(broken)
    told = await figures(served)
    assert told['baoxue_parked{publisher="enrollment",reader="cases-reactions"}'] == 1
    ready = await served.client.get("/readyz")
    assert ready.status_code == 200
    assert any("baoxue parked list" in warning for warning in ready.json()["warnings"])


async def test_a_service_that_cannot_record_says_why(served, monkeypatch):
    async def silent():
        raise ConnectionError

    monkeypatch.setattr(served.world.store, "last_position", silent)
    served.world.settings.keys.rename(served.world.settings.keys.with_name("elsewhere"))
    answer = await served.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    database, keys = answer.json()["problems"]
    assert database.startswith("数据库不应答 / the database does not answer")
    assert "_KEYS" in keys


async def test_health_needs_no_sign_in(served):
    for path in ("/livez", "/readyz", "/status", "/metrics", "/openapi.json"):
        assert (await served.client.get(path)).status_code == 200, path
