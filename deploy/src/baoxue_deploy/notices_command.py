"""`baoxue notices print | numbers`: the papers of a township as files, and whether the numbers hold."""

import io
import zipfile
from pathlib import Path
from typing import Annotated

import typer
from baoxue_shared.shown import Format, show

from baoxue_deploy.clerk import FAULT, Clerk, Query, Token

notices = typer.Typer(no_args_is_help=True, help="入学通知书 / enrollment notices")
Year = Annotated[int | None, typer.Option(help="2026 = begins in September 2026; else the last year that is open")]


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
    clerk = Clerk(token)
    query: Query = {"year": clerk.year(year), "area": township, **({"school_id": school} if school else {})}
    output.mkdir(parents=True, exist_ok=True)
    count = 0
    for packed in clerk.pages("/notices/papers", {**query, "limit": 200}):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(output)
            count += len(archive.namelist())
    batch = output / "batch"
    batch.mkdir(exist_ok=True)
    for name in ("index-sheet", "service-slips"):
        for n, pdf in enumerate(clerk.pages(f"/notices/{name}", {**query, "limit": 1000}), 1):
            (batch / f"{name}-{n}.pdf").write_bytes(pdf)
    typer.echo(f"{output}: {count} 份通知书 / notices")


@notices.command()
def numbers(*, check: bool = False, year: Year = None, form: Format = "table", token: Token = None) -> None:
    """How many numbers are valid and void; with --check exit 1 for a gap, a double, or two records that differ."""
    clerk = Clerk(token)
    told = clerk.ask("/notices/numbers", year=clerk.year(year)).json()
    show([{**told, "void": len(told["void"]), "problems": len(told["problems"])}], form)
    for problem in told["problems"]:
        typer.echo(problem, err=True)
    raise typer.Exit(FAULT if check and told["problems"] else 0)
