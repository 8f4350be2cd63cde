"""Somebody at a desk: a role's token and the services' HTTP interfaces."""

from dataclasses import dataclass
from typing import Any

import httpx

from baoxue_deploy.places import issuer_url, url


class RefusedError(Exception):
    """A service refused; the problem document says why."""


@dataclass(frozen=True)
class Desk:
    """A role, of a school or for an area where it is not the county's."""

    role: str
    school: str | None = None
    area: str | None = None


COUNTY = Desk("county-education")
GOVERNMENT = Desk("county-government")


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
            answer = await self._client.get(f"{issuer_url()}/token", params=query)
            self._tokens[desk] = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[desk]}"}

    async def send(
        self, service: str, path: str, body: dict[str, Any] | bytes, *, request_id: str, desk: Desk = COUNTY
    ) -> dict[str, Any]:
        """A command, or a file. RefusedError."""
        headers = {**await self._headers(desk), "Idempotency-Key": request_id}
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            headers["Content-Type"] = "text/csv"
        answer = await self._client.post(url(service) + path, headers=headers, **content)
        if not answer.is_success:
            raise RefusedError(f"{path}: {answer.status_code} {answer.text}")
        recorded: dict[str, Any] = answer.json()
        self.positions[service] = max(self.positions.get(service, 0), int(recorded.get("position", 0)))
        return recorded

    async def ask(self, service: str, path: str, *, desk: Desk = COUNTY, **query: Any) -> Any:  # noqa: ANN401
        """A query that sees the own commands. RefusedError."""
        seen = {"min_position": self.positions.get(service, 0)} | query
        answer = await self._client.get(url(service) + path, params=seen, headers=await self._headers(desk))
        if not answer.is_success:
            raise RefusedError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    async def status(self, service: str) -> dict[str, Any]:
        status: dict[str, Any] = (await self._client.get(f"{url(service)}/status")).json()
        return status
