"""`baoxue notices print | numbers`: the papers of a township as files, and whether the numbers hold."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer
from baoxue_shared.shown import Format, show

from baoxue_deploy.places import issuer_url, url

notices = typer.Typer(no_args_is_help=True, help="入学通知书 / enrollment notices")
FAULT, UNREACHABLE = 1, 3
ROLE = "county-education"
Token = Annotated[str | None, typer.Option(envvar="BAOXUE_TOKEN", help="of county education; else the embedded mode's")]
Year = Annotated[int | None, typer.Option(help="2026 = begins in September 2026; else the last year that is open")]
Query = dict[str, str | int]


def _fail(words: str, status: int) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(status)


class Desk:
    """A signed-in clerk of the county office at the enrollment service."""

    def __init__(self, token: str | None) -> None:
        self._client = httpx.Client(trust_env=False, timeout=300)
        try:
            token = token or self._client.get(f"{issuer_url()}/token", params={"role": ROLE}).json()["access_token"]
        except httpx.HTTPError:
            raise _fail("签发方没有运行：请先 baoxue up / no issuer runs: baoxue up first", UNREACHABLE) from None
        self._client.headers["Authorization"] = f"Bearer {token}"

    def ask(self, path: str, **query: str | int) -> httpx.Response:
        """Exit 3 if nobody answers, 1 with the reason if the service refuses."""
        try:
            answer = self._client.get(url("enrollment") + path, params=query)
        except httpx.HTTPError as error:
            raise _fail(f"enrollment 无法连接 / not reachable ({type(error).__name__})", UNREACHABLE) from None
        if not answer.is_success:
            raise _fail(str(answer.json().get("detail") or answer.json().get("title")), FAULT)
        return answer

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
            raise _fail("尚未启动学年 / no school year is open", FAULT)
        return max(int(row["year"]) for row in rows)


@notices.command("print")
def print_(
    *,
    township: Annotated[str, typer.Option(help="9 digits; 6 digits: the whole county")],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder; made if it is not there")],
    school: Annotated[str | None, typer.Option(help="only of this school")] = None,
    year: Year = None,
    token: Token = None,
) -> None:
    """One PDF of one page for each notice; in `batch/` the index sheet and the slips of service."""
    desk = Desk(token)
    query: Query = {"year": desk.year(year), "area": township, **({"school_id": school} if school else {})}
    output.mkdir(parents=True, exist_ok=True)
    count = 0
    for packed in desk.pages("/notices/papers", {**query, "limit": 200}):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(output)
            count += len(archive.namelist())
    batch = output / "batch"
    batch.mkdir(exist_ok=True)
    for name in ("index-sheet", "service-slips"):
        for n, pdf in enumerate(desk.pages(f"/notices/{name}", {**query, "limit": 1000}), 1):
            (batch / f"{name}-{n}.pdf").write_bytes(pdf)
    typer.echo(f"{output}: {count} 份通知书 / notices")


@notices.command()
def numbers(*, check: bool = False, year: Year = None, form: Format = "table", token: Token = None) -> None:
    """How many numbers are valid and void; with --check exit 1 for a gap, a double, or two records that differ."""
    desk = Desk(token)
    told = desk.ask("/notices/numbers", year=desk.year(year)).json()
    show([{**told, "void": len(told["void"]), "problems": len(told["problems"])}], form)
    for problem in told["problems"]:
        typer.echo(problem, err=True)
    raise typer.Exit(FAULT if check and told["problems"] else 0)
