"""The edge as an outsider meets it: real processes, real tokens."""

import json
from datetime import date
from uuid import uuid4

import httpx
import pytest
from baoxue_deploy.places import Places, issuer_url, url
from baoxue_deploy.processes import Processes
from baoxue_shared.clock import SharedClock, shanghai


@pytest.fixture(scope="module")
def service(tmp_path_factory, worker_id):
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("BAOXUE_PORT_BASE", str(22000 + 40 * int("".join(c for c in worker_id if c.isdigit()) or 0)))
    places = Places(tmp_path_factory.mktemp("edge") / "var")
    SharedClock(places.clock).set(shanghai(date(2025, 9, 2), 9))
    processes = Processes(places)
    processes.up()
    yield url("cases")
    processes.down()
    monkeypatch.undo()


def token(role, **more):
    answer = httpx.get(f"{issuer_url()}/token", params={"role": role, **more}, trust_env=False)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def opening():
    known = {"source": "public_report", "opened_on": "2025-09-02", "area": "220822100001"}
    return {"child_id": str(uuid4()), "school_id": str(uuid4()), **known}


def post(service, path, body, headers):
    return httpx.post(service + path, json=body, headers=headers, trust_env=False)


def test_without_a_token_nothing_is_done(service):
    answer = post(service, "/cases", opening(), {"Idempotency-Key": "x"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30.", "Idempotency-Key": "x"}
    assert post(service, "/cases", opening(), forged).status_code == 401


def test_a_request_id_with_another_body_is_409(service):
    headers = {**token("county-education"), "Idempotency-Key": "same"}
    body = opening()
    first = post(service, "/cases", body, headers)
    assert (first.status_code, first.headers["etag"]) == (201, '"1"')
    assert post(service, "/cases", body, headers).json() == first.json()
    other = post(service, "/cases", opening(), headers)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")


def test_a_command_without_request_id_and_a_wrong_body_are_told_what_to_do(service):
    assert post(service, "/cases", opening(), token("county-education")).status_code == 400
    headers = {**token("county-education"), "Idempotency-Key": "y"}
    wrong = post(service, "/cases", {**opening(), "area": "22"}, headers)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "area"


def test_if_match_with_an_old_version_is_412(service):
    county = token("county-education")
    case = post(service, "/cases", opening(), {**county, "Idempotency-Key": "m"}).json()
    path = f"/cases/{case['id']}/causes"
    for number, (match, status) in enumerate((('"1"', 200), ('"1"', 412), ('"2"', 200))):
        headers = {**county, "Idempotency-Key": f"m{number}", "If-Match": match}
        assert post(service, path, {"cause": "poverty"}, headers).status_code == status


def test_strangers_see_and_change_nothing(service):
    county = token("county-education")
    case = post(service, "/cases", opening(), {**county, "Idempotency-Key": "s"}).json()
    reached = {"min_position": case["position"]}
    mine = httpx.get(f"{service}/cases", headers=county, params=reached, trust_env=False)
    assert case["id"] in {c["case_id"] for c in mine.json()["rows"]}
    for stranger in (token("county-education", jurisdiction="220881"), token("school", organisation=str(uuid4()))):
        assert httpx.get(f"{service}/cases", headers=stranger, params=reached, trust_env=False).json()["rows"] == []
        one = httpx.get(f"{service}/cases/{case['id']}", headers=stranger, trust_env=False)
        assert one.status_code == 404
        assert httpx.get(f"{service}/history/{case['id']}", headers=stranger, trust_env=False).status_code == 403
        answer = post(
            service, f"/cases/{case['id']}/causes", {"cause": "poverty"}, {**stranger, "Idempotency-Key": "t"}
        )
        assert answer.status_code == 403


def test_every_request_has_an_id_in_answer_and_log_and_nothing_personal_is_logged(service, tmp_path_factory):
    headers = {**token("county-education"), "Idempotency-Key": "logged", "X-Request-Id": "req-4711"}
    answer = post(service, "/cases", opening(), headers)
    assert answer.headers["x-request-id"] == "req-4711"
    unasked = post(service, "/cases", opening(), {**headers, "X-Request-Id": "张三 的请求".encode()})
    assert len(unasked.headers["x-request-id"]) == 22
    (log,) = tmp_path_factory.getbasetemp().rglob("edge[0-9]*/var/log/cases.log")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    told = next(line for line in lines if line.get("request_id") == "req-4711")
    assert (told["operation"], told["status"], told["service"]) == ("open_case", 201, "cases")
    assert told.keys() <= {
        "request_id",
        "operation",
        "status",
        "service",
        "milliseconds",
        "event",
        "level",
        "timestamp",
    }


def test_health_says_how_far_everything_is(service):
    assert httpx.get(f"{service}/livez", trust_env=False).status_code == 200
    ready = httpx.get(f"{service}/readyz", trust_env=False)
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "problems": [], "warnings": []})
    metrics = httpx.get(f"{service}/metrics", trust_env=False).text
    assert "baoxue_broker_connected 1.0" in metrics
    assert 'baoxue_behind{of="enrollment/case_list"} 0.0' in metrics
    assert "views" in httpx.get(f"{service}/status", trust_env=False).json()


def test_what_a_visit_found_is_in_no_file_in_clear(service, tmp_path_factory):
    county = token("county-education")
    school = str(uuid4())
    case = post(service, "/cases", {**opening(), "school_id": school}, {**county, "Idempotency-Key": "v"}).json()
    headers = {**token("school", organisation=school), "Idempotency-Key": "v1"}
    found = {"visited_on": "2025-09-03", "found": "母亲患病需人照料"}
    assert post(service, f"/cases/{case['id']}/visits", found, headers).status_code == 200
    files = [path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if "母亲患病需人照料".encode() in path.read_bytes()]
