"""A toy service at the edge: two commands, a list, one thing; its world stands at position 7."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from baoxue_shared.access.reach import check_reach
from baoxue_shared.actor import current_acting
from baoxue_shared.clock import FixedClock
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import OverloadedError, RefusalError, StaleVersionError
from baoxue_shared.testing.issuer import RunningIssuer
from baoxue_shared.web import Reader, Routes

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


async def read_case(case_id: UUID, reader: Reader) -> dict[str, object]:
    return {"case_id": case_id, "version": 4, "role": reader.role}


class ToyWorld(SimpleNamespace):
    async def reached(self, position: int) -> bool:
        return position <= 7


@pytest.fixture
def toy() -> Callable[[str], Routes]:
    """The service whose tokens come from the issuer at a URL."""

    def built(issuer_url: str) -> Routes:
        settings = SimpleNamespace(issuer=issuer_url)
        world = ToyWorld(settings=settings, clock=FixedClock(datetime(2026, 5, 4, tzinfo=UTC)))
        routes = Routes("cases", world)  # type: ignore[arg-type]
        routes.command("POST", "/cases", open_case, status=201)
        routes.command("POST", "/cases/{case_id}/closing", close_case)
        routes.query("/cases", list_cases)
        routes.query("/cases/{case_id}", read_case)
        return routes

    return built


@pytest.fixture
async def http(issuer: RunningIssuer, toy: Callable[[str], Routes]) -> AsyncIterator[httpx.AsyncClient]:
    routes = toy(issuer.url)
    transport = httpx.ASGITransport(app=routes.api, raise_app_exceptions=False)
    signed_in = {"Authorization": f"Bearer {issuer.token('county-education')}", "Idempotency-Key": "k1"}
    async with httpx.AsyncClient(transport=transport, base_url="http://cases", headers=signed_in) as client:
        yield client


@pytest.fixture
def problem() -> Callable[[httpx.Response, int], dict[str, Any]]:
    def read(response: httpx.Response, status: int) -> dict[str, Any]:
        """The problem document, after checking that it is one."""
        assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM), response.text
        document: dict[str, Any] = response.json()
        assert document["detail"]
        assert document["status"] == status
        assert str(document["type"]).startswith("urn:baoxue:problem:")
        zh, _, en = str(document["title"]).partition(" / ")
        assert any("一" <= sign <= "鿿" for sign in zh)
        assert en
        return document

    return read
