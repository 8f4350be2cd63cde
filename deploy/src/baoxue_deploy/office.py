"""Somebody at a desk: a role's token and the services' HTTP interfaces."""

from typing import Any

import httpx

from baoxue_deploy.places import issuer_url, url


class RefusedError(Exception):
    """A service refused; the problem document says why."""


class Offices:
    """Signs people in at the development issuer and sends their commands."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._tokens: dict[tuple[str, str | None, str | None], str] = {}

    async def token(self, role: str, organisation: str | None = None, jurisdiction: str | None = None) -> str:
        who = (role, organisation, jurisdiction)
        if who not in self._tokens:
            names = {"role": role, "organisation": organisation, "jurisdiction": jurisdiction}
            query = {name: value for name, value in names.items() if value is not None}
            answer = await self._client.get(f"{issuer_url()}/token", params=query)
            self._tokens[who] = answer.raise_for_status().json()["access_token"]
        return self._tokens[who]

    async def send(  # noqa: PLR0913
        self, service: str, path: str, body: dict[str, Any], *, request_id: str, role: str, school: str | None = None
    ) -> dict[str, Any]:
        """A command. RefusedError."""
        headers = {"Authorization": f"Bearer {await self.token(role, school)}", "Idempotency-Key": request_id}
        answer = await self._client.post(url(service) + path, json=body, headers=headers)
        if not answer.is_success:
            raise RefusedError(f"{answer.status_code} {answer.text}")
        recorded: dict[str, Any] = answer.json()
        return recorded

    async def ask(self, service: str, path: str, *, role: str = "county-education", **query: Any) -> Any:  # noqa: ANN401
        """A query. RefusedError."""
        headers = {"Authorization": f"Bearer {await self.token(role)}"}
        answer = await self._client.get(url(service) + path, params=query, headers=headers)
        if not answer.is_success:
            raise RefusedError(f"{answer.status_code} {answer.text}")
        return answer.json()
