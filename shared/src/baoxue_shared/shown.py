"""What a program prints: a table for people, JSON and CSV for other programs."""

import csv
import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

Format = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="table, json or csv")]
Shown = Sequence[dict[str, Any]]


def show(rows: Shown, form: str = "table") -> None:
    """Rows of the same columns, in order."""
    if form == "json":
        typer.echo(json.dumps(list(rows), ensure_ascii=False, indent=1))
    elif rows and form == "csv":
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif rows:
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*("" if value is None else str(value) for value in row.values()))
        Console(width=None if sys.stdout.isatty() else 200, emoji=False, markup=False).print(table)
