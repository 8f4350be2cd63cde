"""Every error leaves a service as a problem document that says, in two languages, what to do."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from baoxue_shared.testing.issuer import RunningIssuer
from baoxue_shared.web import Routes

CASE = uuid4()
Problem = Callable[[httpx.Response, int], dict[str, Any]]


@pytest.mark.parametrize(
    "sent", [{"Authorization": ""}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"}]
)
async def test_who_is_not_signed_in_is_told_how(
    http: httpx.AsyncClient, problem: Problem, sent: dict[str, str]
) -> None:
    for response in (await http.post("/cases", headers=sent), await http.get("/cases", headers=sent)):
        problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_role_without_permission_is_told_who_may(
    http: httpx.AsyncClient, problem: Problem, issuer: RunningIssuer
) -> None:
    sent = {"Authorization": f"Bearer {issuer.token('police')}"}
    document = problem(await http.post("/cases", json={"area": "220822"}, headers=sent), 403)
    assert "county-education" in str(document["detail"])
    problem(await http.get("/cases", headers=sent), 403)


async def test_outside_the_own_county_is_forbidden(http: httpx.AsyncClient, problem: Problem) -> None:
    problem(await http.post("/cases", json={"area": "220881100001"}), 403)


async def test_a_command_without_request_id_is_refused(http: httpx.AsyncClient, problem: Problem) -> None:
    del http.headers["Idempotency-Key"]
    document = problem(await http.post("/cases", json={"area": "220822"}), 400)
    assert "Idempotency-Key" in str(document["detail"])
    assert (await http.get("/cases")).json() == {"role": "county-education"}


async def test_a_conflict_says_what_can_be_done_now(http: httpx.AsyncClient, problem: Problem) -> None:
    document = problem(await http.post(f"/cases/{CASE}/closing"), 409)
    assert document["available"] == ["reopen_case"]
    assert document["type"] == "urn:baoxue:problem:ClosedLongAgoError"


async def test_stale_overloaded_and_fault_have_their_own_statuses(http: httpx.AsyncClient, problem: Problem) -> None:
    path = f"/cases/{CASE}/closing"
    problem(await http.post(path, headers={"If-Match": '"1"'}), 412)
    overloaded = await http.post(path, headers={"If-Match": '"2"'})
    problem(overloaded, 503)
    assert overloaded.headers["retry-after"]
    fault = await http.post(path, headers={"If-Match": '"3"'})
    problem(fault, 500)
    assert "张小明" not in fault.text


async def test_wrong_input_names_the_fields(http: httpx.AsyncClient, problem: Problem) -> None:
    document = problem(await http.post("/cases", json={"count": "many", "colour": "red"}), 422)
    assert {each["field"]: each["problem"] for each in document["errors"]} == {
        "area": "缺少此项",
        "count": "应为整数",
        "colour": "没有这一项，请去掉",
    }
    assert "area: 缺少此项" in document["detail"]
    english = await http.post("/cases", json={"area": "220822", "count": "many"}, headers={"Accept-Language": "en"})
    assert problem(english, 422)["errors"][0]["problem"].startswith("Input should be a valid integer")


async def test_unknown_routes_and_methods_are_problem_documents_too(http: httpx.AsyncClient, problem: Problem) -> None:
    problem(await http.get("/nothing"), 404)
    problem(await http.delete("/cases"), 405)


async def test_details_follow_the_readers_language(http: httpx.AsyncClient, problem: Problem) -> None:
    del http.headers["Idempotency-Key"]
    zh = problem(await http.post("/cases", json={"area": "220822"}), 400)["detail"]
    en = problem(await http.post("/cases", json={"area": "220822"}, headers={"Accept-Language": "en-GB"}), 400)[
        "detail"
    ]
    assert str(zh).startswith("办理事项")
    assert str(en).startswith("A command")


async def test_a_silent_issuer_is_503(http: httpx.AsyncClient, problem: Problem, toy: Callable[[str], Routes]) -> None:
    transport = httpx.ASGITransport(app=toy("http://127.0.0.1:9").api)
    async with httpx.AsyncClient(transport=transport, base_url="http://cases") as other:
        problem(await other.get("/cases", headers={"Authorization": http.headers["Authorization"]}), 503)
