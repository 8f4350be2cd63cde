"""What a caller meets at the edge: sign-in, permission, request ids, versions, problem documents."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from baoxue_shared.access.reach import check_reach
from baoxue_shared.actor import current_acting
from baoxue_shared.clock import FixedClock
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import OverloadedError, RefusalError, StaleVersionError
from baoxue_shared.testing.issuer import RunningIssuer, running_issuer
from baoxue_shared.web import Reader, Routes
from baoxue_shared.web.health import add_health

CASE = uuid4()
PROBLEM = "application/problem+json"


class OpenCase(Command):
    area: str
    count: int = 1


class ClosedLongAgoError(RefusalError):
    """A refusal that has no words of its own."""


async def open_case(command: OpenCase) -> Recorded:
    acting = current_acting.get()
    check_reach(acting.actor, command)
    answer: dict[str, object] = {"request_id": acting.request_id, "correlation_id": acting.correlation_id}
    return Recorded(id=CASE, version=acting.expected_version or 1, position=7, answer=answer)


async def close_case(case_id: UUID) -> Recorded:
    match current_acting.get().expected_version:
        case 1:
            raise StaleVersionError(expected=1)
        case 2:
            raise OverloadedError
        case 3:
            message = "张小明 13800000000"
            raise RuntimeError(message)
    raise ClosedLongAgoError(available=("reopen_case",), case_id=case_id)


async def list_cases(reader: Reader) -> dict[str, str]:
    return {"role": reader.role}


class ToyWorld(SimpleNamespace):
    async def reached(self, position: int) -> bool:
        return position <= 7

    async def problems(self) -> list[str]:
        return []

    async def status(self) -> dict[str, object]:
        reached = {"position": 7, "relayed": 6, "sealed": 5, "readers": {"enrollment": 5}, "views": {"case_list": 7}}
        return {**reached, "lags": {"sealing": 0.0}, "ticked": None}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIssuer]:
    with running_issuer(tmp_path_factory.mktemp("issuer")) as running:
        yield running


@pytest.fixture
async def http(issuer: RunningIssuer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    world = ToyWorld(settings=SimpleNamespace(issuer=issuer.url), clock=FixedClock(datetime(2026, 5, 4, tzinfo=UTC)))
    routes = Routes("cases", world)  # type: ignore[arg-type]
    routes.command("POST", "/cases", open_case, status=201)
    routes.command("POST", "/cases/{case_id}/closing", close_case)
    routes.query("/cases", list_cases)
    add_health(routes.api, world)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=routes.api, raise_app_exceptions=False)
    signed_in = {"Authorization": f"Bearer {issuer.token('county-education')}", "Idempotency-Key": "k1"}
    async with httpx.AsyncClient(transport=transport, base_url="http://cases", headers=signed_in) as client:
        yield client


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem document, after checking that it is one."""
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM), response.text
    document: dict[str, object] = response.json()
    assert document["status"] == status
    assert str(document["type"]).startswith("urn:baoxue:problem:")
    zh, _, en = str(document["title"]).partition(" / ")
    assert any("一" <= sign <= "鿿" for sign in zh)
    assert en
    return document


async def test_a_command_is_answered_with_its_position_and_version(http: httpx.AsyncClient) -> None:
    response = await http.post("/cases", json={"area": "220822100001"}, headers={"X-Request-Id": "c1"})
    assert response.status_code == 201
    assert response.headers["etag"] == '"1"'
    body = response.json()
    assert (body["id"], body["position"]) == (str(CASE), 7)
    assert body["answer"] == {"request_id": "dev:county-education/k1", "correlation_id": "c1"}


@pytest.mark.parametrize(
    "sent", [{"Authorization": ""}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"}]
)
async def test_who_is_not_signed_in_is_told_how(http: httpx.AsyncClient, sent: dict[str, str]) -> None:
    for response in (await http.post("/cases", headers=sent), await http.get("/cases", headers=sent)):
        problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_role_without_permission_is_told_who_may(http: httpx.AsyncClient, issuer: RunningIssuer) -> None:
    sent = {"Authorization": f"Bearer {issuer.token('police')}"}
    document = problem(await http.post("/cases", json={"area": "220822"}, headers=sent), 403)
    assert "county-education" in str(document["detail"])
    problem(await http.get("/cases", headers=sent), 403)


async def test_outside_the_own_county_is_forbidden(http: httpx.AsyncClient) -> None:
    problem(await http.post("/cases", json={"area": "220881100001"}), 403)


async def test_a_command_without_request_id_is_refused(http: httpx.AsyncClient) -> None:
    del http.headers["Idempotency-Key"]
    document = problem(await http.post("/cases", json={"area": "220822"}), 400)
    assert "Idempotency-Key" in str(document["detail"])
    assert (await http.get("/cases")).json() == {"role": "county-education"}


async def test_if_match_is_handed_on_and_nonsense_refused(http: httpx.AsyncClient) -> None:
    response = await http.post("/cases", json={"area": "220822"}, headers={"If-Match": '"5"'})
    assert response.headers["etag"] == '"5"'
    problem(await http.post("/cases", json={"area": "220822"}, headers={"If-Match": "five"}), 422)


async def test_a_conflict_says_what_can_be_done_now(http: httpx.AsyncClient) -> None:
    document = problem(await http.post(f"/cases/{CASE}/closing"), 409)
    assert document["available"] == ["reopen_case"]
    assert document["type"] == "urn:baoxue:problem:ClosedLongAgoError"


async def test_stale_overloaded_and_fault_have_their_own_statuses(http: httpx.AsyncClient) -> None:
    path = f"/cases/{CASE}/closing"
    problem(await http.post(path, headers={"If-Match": '"1"'}), 412)
    overloaded = await http.post(path, headers={"If-Match": '"2"'})
    problem(overloaded, 503)
    assert overloaded.headers["retry-after"]
    fault = await http.post(path, headers={"If-Match": '"3"'})
    problem(fault, 500)
    assert "张小明" not in fault.text


async def test_wrong_input_names_the_fields(http: httpx.AsyncClient) -> None:
    document = problem(await http.post("/cases", json={"count": "many", "colour": "red"}), 422)
    assert {each["field"] for each in document["errors"]} == {"area", "count", "colour"}  # type: ignore[attr-defined]


async def test_unknown_routes_and_methods_are_problem_documents_too(http: httpx.AsyncClient) -> None:
    problem(await http.get("/nothing"), 404)
    problem(await http.delete("/cases"), 405)


async def test_details_follow_the_readers_language(http: httpx.AsyncClient) -> None:
    del http.headers["Idempotency-Key"]
    zh = problem(await http.post("/cases", json={"area": "220822"}), 400)["detail"]
    en = problem(await http.post("/cases", json={"area": "220822"}, headers={"Accept-Language": "en-GB"}), 400)[
        "detail"
    ]
    assert str(zh).startswith("办理事项")
    assert str(en).startswith("A command")


async def test_a_query_waits_for_the_position_or_says_not_yet(http: httpx.AsyncClient) -> None:
    assert (await http.get("/cases", params={"min_position": 7})).status_code == 200
    problem(await http.get("/cases", params={"min_position": 8}), 503)


async def test_a_silent_issuer_is_503(http: httpx.AsyncClient, tmp_path: Path) -> None:
    world = ToyWorld(settings=SimpleNamespace(issuer="http://127.0.0.1:9"), clock=None)
    routes = Routes("cases", world)  # type: ignore[arg-type]
    routes.query("/cases", list_cases)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=routes.api), base_url="http://cases") as other:
        problem(await other.get("/cases", headers={"Authorization": http.headers["Authorization"]}), 503)


def test_an_operation_that_the_table_lacks_does_not_start() -> None:
    async def burn_files(reader: Reader) -> None: ...

    routes = Routes("cases", ToyWorld(settings=SimpleNamespace(issuer="http://127.0.0.1:9")))  # type: ignore[arg-type]
    with pytest.raises(LookupError, match="burn_files"):
        routes.query("/files", burn_files)


async def test_health_status_and_metrics_need_no_sign_in(http: httpx.AsyncClient) -> None:
    del http.headers["Authorization"]
    for path in ("/livez", "/readyz", "/status", "/openapi.json"):
        assert (await http.get(path)).status_code == 200, path
    metrics = (await http.get("/metrics")).text
    assert 'baoxue_position{of="case_list"} 7.0' in metrics
