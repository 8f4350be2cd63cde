"""A signed-in clerk at the enrollment service, for commands of the terminal."""

from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import typer

from baoxue_deploy.places import issuer_url, url

FAULT, UNREACHABLE = 1, 3
ROLE = "county-education"
Token = Annotated[str | None, typer.Option(envvar="BAOXUE_TOKEN", help="of county education; else the embedded mode's")]
Query = dict[str, str | int]
PATIENCE = 3600.0  # seconds: a county's register takes its time


def fail(words: str, status: int) -> typer.Exit:
    """To be raised; the words go to the error output."""
    typer.echo(words, err=True)
    return typer.Exit(status)


class Clerk:
    """Exit 3 if nobody answers, 1 with the reason if the service refuses."""

    def __init__(self, token: str | None) -> None:
        self._client = httpx.Client(trust_env=False, timeout=PATIENCE)
        try:
            token = token or self._client.get(f"{issuer_url()}/token", params={"role": ROLE}).json()["access_token"]
        except httpx.HTTPError:
            raise fail("签发方没有运行：请先 baoxue up / no issuer runs: baoxue up first", UNREACHABLE) from None
        self._client.headers["Authorization"] = f"Bearer {token}"

    def _asked(self, method: str, path: str, **parts: Any) -> httpx.Response:  # noqa: ANN401 - of a request
        try:
            answer = self._client.request(method, url("enrollment") + path, **parts)
        except httpx.HTTPError as error:
            raise fail(f"enrollment 无法连接 / not reachable ({type(error).__name__})", UNREACHABLE) from None
        if not answer.is_success:
            raise fail(str(answer.json().get("detail") or answer.json().get("title")), FAULT)
        return answer

    def ask(self, path: str, **query: str | int) -> httpx.Response:
        """A query."""
        return self._asked("GET", path, params=query)

    def send(self, path: str, content: bytes, request_id: str, **query: str | int) -> dict[str, Any]:
        """A file; the same one under the same id is taken once."""
        answer = self._asked("POST", path, content=content, params=query, headers={"Idempotency-Key": request_id})
        told: dict[str, Any] = answer.json()
        return told

    def pages(self, path: str, query: Query) -> Iterator[bytes]:
        """Each page of papers, until there are no more."""
        after: Query = {}
        while True:
            answer = self.ask(path, **query, **after)
            yield answer.content
            if "X-Next" not in answer.headers:
                return
            after = {"after": answer.headers["X-Next"]}

    def year(self, given: int | None) -> int:
        """The last one that is open, unless one is given."""
        if given is not None:
            return given
        rows = self.ask("/school-years").json()["rows"]
        if not rows:
            raise fail("尚未启动学年 / no school year is open", FAULT)
        return max(int(row["year"]) for row in rows)
