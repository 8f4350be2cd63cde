"""`baoxue duties check FILE | pages FOLDER`: rules checked before anybody relies on them, and the duties in words."""

from pathlib import Path
from typing import Annotated

import typer
from baoxue_shared.duties import CatalogueError, load_catalogue
from baoxue_shared.duties.pages import pages as pages_of

duties = typer.Typer(no_args_is_help=True, help="职责目录 / catalogue of duties")
FAULT, UNREACHABLE = 1, 3


@duties.callback()
def _duties() -> None:
    """Duties as data."""


@duties.command()
def check(file: Annotated[Path, typer.Argument(help="YAML, as in the product's own catalogue")]) -> None:
    """Exit 1 with line and reason if the rules cannot be used; rows that wait for events are named."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file}：读不了 / cannot be read: {error}", err=True)
        raise typer.Exit(UNREACHABLE) from None
    try:
        catalogue = load_catalogue(text)
    except CatalogueError as error:
        typer.echo(f"{file}：{error}", err=True)
        raise typer.Exit(FAULT) from None
    for duty in catalogue:
        for waiting in duty.waiting_for:
            typer.echo(f"{duty.id}：等待事件 / waiting for events: {waiting}")
    typer.echo(f"{file}：{len(catalogue)} 条职责，可用 / {len(catalogue)} duties, usable")


@duties.command()
def pages(folder: Annotated[Path, typer.Argument(help="two folders in it: zh, en")]) -> None:
    """Write a page for each duty and one table by clause, in both languages."""
    made = pages_of(load_catalogue())
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    typer.echo(f"{folder}：{len(made)} 页 / {len(made)} pages")
