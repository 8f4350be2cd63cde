"""What the outside surface promises of HTTP holds for every route of every service, and the document says so."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from baoxue_shared.access.permissions import permissions
from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.history.sqlite import migrate_sqlite
from baoxue_shared.service import open_world
from baoxue_shared.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
# reckoned whole for an instant, or as few as a county has schools, years and funds
WHOLE = {"list_duties", "list_zones", "list_school_years", "list_semesters", "list_surveys", "list_funds"}
WHOLE |= {"list_parked", "list_views"}


@pytest.fixture(params=SERVICES)
async def document(request, tmp_path):
    name, path = request.param, tmp_path / "store.sqlite3"
    migrate_sqlite(path, name)
    given = {"nats_url": "nats://127.0.0.1:9", "issuer": "http://127.0.0.1:9", "county": "220822", "port": 1}
    world = open_world(name, ServiceSettings(store=f"sqlite:///{path}", keys=tmp_path / "keys", **given))
    yield import_module(f"baoxue_{name}.main").build(world).api.openapi()
    await world.store.close()
    world.sealer.close()


def operations(document, method):
    """Those that somebody signed in asks; evidence, and the page behind a paper's code, are for everybody."""
    found = {item[method]["operationId"]: item[method] for item in document["paths"].values() if method in item}
    public = {name: operation for name, operation in found.items() if "security" not in operation}
    assert all(operation["tags"] in (["evidence"], ["public"]) for operation in public.values())
    recording = {name: operation for name, operation in found.items() if operation.get("tags") != ["question"]}
    return {name: operation for name, operation in recording.items() if name not in public}


def required(operation):
    return {parameter["name"]: parameter["required"] for parameter in operation["parameters"]}


def test_a_command_needs_a_request_id_takes_a_version_and_answers_with_its_position(document):
    for name, operation in operations(document, "post").items():
        assert required(operation)["idempotency-key"] is True, name
        assert {"if-match", "min_position", "x-request-id"} <= required(operation).keys(), name
        (done,) = [answer for status, answer in operation["responses"].items() if status in {"200", "201"}]
        kind = done["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert {"id", "version", "position"} <= set(document["components"]["schemas"][kind]["required"]), name


def test_every_error_is_a_problem_document(document):
    statuses = {"get": {"401", "403", "404", "422", "503"}, "post": {"400", "401", "403", "404", "409", "412", "422"}}
    for method, expected in statuses.items():
        for name, operation in operations(document, method).items():
            errors = {s: a for s, a in operation["responses"].items() if s >= "400"}
            assert expected <= errors.keys(), name
            assert {kind for answer in errors.values() for kind in answer["content"]} == {"application/problem+json"}
    assert "HTTPValidationError" not in str(document)


def test_a_query_reads_ones_own_writes_and_a_list_comes_page_by_page(document):
    for name, operation in operations(document, "get").items():
        assert "min_position" in required(operation), name
        assert required(operation).keys().isdisjoint({"idempotency-key", "if-match", "authorization"}), name
        if name.startswith("list_") and name not in WHOLE:
            assert {"after", "limit"} <= required(operation).keys(), name


def named_available(service):
    """What a service's refusals say can be done now: (place, operation)."""
    for path in (ROOT / f"services/{service}/src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "available":
                for one in ast.walk(node.value):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield f"{path.name}:{one.lineno}", one.value


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_refusal_says_can_be_done_is_an_operation_of_the_service(service):
    found = list(named_available(service))
    assert found
    assert [(place, name) for place, name in found if name not in permissions(service)] == []
