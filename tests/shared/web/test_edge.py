"""What a caller meets at the edge: versions, positions, permissions."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from baoxue_shared.web import Reader, Routes

Problem = Callable[[httpx.Response, int], dict[str, Any]]


async def test_a_command_is_answered_with_its_position_and_version(http: httpx.AsyncClient) -> None:
    response = await http.post("/cases", json={"area": "220822100001"}, headers={"X-Request-Id": "c1"})
    assert response.status_code == 201
    assert response.headers["etag"] == '"1"'
    body = response.json()
    assert (len(body["id"]), body["position"]) == (36, 7)
    assert body["answer"] == {"request_id": "dev:county-education/k1", "correlation_id": "c1"}


async def test_if_match_is_handed_on_and_nonsense_refused(http: httpx.AsyncClient, problem: Problem) -> None:
    response = await http.post("/cases", json={"area": "220822"}, headers={"If-Match": '"5"'})
    assert response.headers["etag"] == '"5"'
    problem(await http.post("/cases", json={"area": "220822"}, headers={"If-Match": "five"}), 422)


async def test_what_is_read_has_the_version_that_if_match_takes(http: httpx.AsyncClient) -> None:
    read = await http.get("/cases/00000000-0000-0000-0000-000000000001")
    assert read.headers["etag"] == '"4"'
    changed = await http.post("/cases", json={"area": "220822"}, headers={"If-Match": read.headers["etag"]})
    assert changed.headers["etag"] == '"4"'
    assert "etag" not in (await http.get("/cases")).headers  # a list has none


async def test_a_query_waits_for_the_position_or_says_not_yet(http: httpx.AsyncClient, problem: Problem) -> None:
    assert (await http.get("/cases", params={"min_position": 7})).status_code == 200
    problem(await http.get("/cases", params={"min_position": 8}), 503)


def test_an_operation_that_the_table_lacks_does_not_start(toy: Callable[[str], Routes]) -> None:
    async def burn_files(reader: Reader) -> None: ...

    with pytest.raises(LookupError, match="burn_files"):
        toy("http://127.0.0.1:9").query("/files", burn_files)
