"""Somebody at a desk: a role's token and the services' HTTP interfaces."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from baoxue_deploy.places import issuer_url, url

Body = dict[str, Any] | bytes | list[tuple[str, bytes]]


class RefusedError(Exception):
    """A service refused; the problem document says why."""


@dataclass(frozen=True)
class Desk:
    """A role, of a school or for an area where it is not the county's."""

    role: str
    school: str | None = None
    area: str | None = None


COUNTY = Desk("county-education")
PATIENCE = 60.0  # seconds that a service may be away: it is started again, the same request is sent again
UNAVAILABLE = 503


class Offices:
    """Signs people in at the development issuer and sends their commands; remembers how far each service is."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._tokens: dict[Desk, str] = {}
        self.positions: dict[str, int] = {}

    async def _headers(self, desk: Desk) -> dict[str, str]:
        if desk not in self._tokens:
            names = {"role": desk.role, "organisation": desk.school, "jurisdiction": desk.area}
            query = {name: value for name, value in names.items() if value is not None}
            answer = await self._patiently("GET", f"{issuer_url()}/token", params=query)
            self._tokens[desk] = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[desk]}"}

    async def _patiently(self, method: str, address: str, **parts: Any) -> httpx.Response:  # noqa: ANN401
        """A service that is away, or not ready, is asked again: the request id makes that harmless."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await self._client.request(method, address, **parts)
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            else:
                if answer.status_code != UNAVAILABLE or time.monotonic() > until:
                    return answer
            await asyncio.sleep(0.1)

    async def send(
        self, service: str, path: str, body: Body, *, request_id: str, desk: Desk = COUNTY
    ) -> dict[str, Any]:
        """A command, a file, or a form of files by name. RefusedError."""
        headers = {**await self._headers(desk), "Idempotency-Key": request_id}
        content: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, list):
            content = {"files": [(name, (f"{name}.csv", file, "text/csv")) for name, file in body]}
        if isinstance(body, bytes):
            headers["Content-Type"] = "text/csv"
        answer = await self._patiently("POST", url(service) + path, headers=headers, **content)
        if not answer.is_success:
            raise RefusedError(f"{path}: {answer.status_code} {answer.text}")
        recorded: dict[str, Any] = answer.json()
        self.positions[service] = max(self.positions.get(service, 0), int(recorded.get("position", 0)))
        return recorded

    async def ask(self, service: str, path: str, *, desk: Desk = COUNTY, **query: Any) -> Any:  # noqa: ANN401
        """A query that sees the own commands. RefusedError."""
        seen = {"min_position": self.positions.get(service, 0)} | query
        headers = await self._headers(desk)
        answer = await self._patiently("GET", url(service) + path, params=seen, headers=headers)
        if not answer.is_success:
            raise RefusedError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    async def status(self, service: str) -> dict[str, Any]:
        status: dict[str, Any] = (await self._patiently("GET", f"{url(service)}/status")).json()
        return status
