"""`baoxue-audit sql QUERY`: any question over the whole record."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from baoxue_shared.replay.finding import addresses, each_row, readable, whole
from baoxue_shared.replay.options import USAGE, Stores, fail
from baoxue_shared.replay.parquet import write_parquet
from baoxue_shared.replay.sql import NotAQueryError, ask
from baoxue_shared.shown import Format, show

columns = typer.Typer()
Parquet = Annotated[
    Path | None, typer.Option("--parquet", exists=True, dir_okay=False, help="asked instead of the databases")
]


@columns.command()
def sql(query: str, parquet: Parquet = None, stores: Stores = None, form: Format = "table") -> None:
    """One SELECT over the table events (`describe events` names its columns); facts is JSON: facts->>'$.cause'."""
    with tempfile.TemporaryDirectory(prefix="baoxue-sql-") as folder:
        file = parquet or _exported(Path(folder) / "events.parquet", stores)
        try:
            rows = ask(file, query)
        except NotAQueryError:
            raise fail("只能是一条查询 / one query that only reads: select …", USAGE) from None
        except duckdb.Error as error:
            raise fail(f"无法回答 / cannot be answered: {error}", USAGE) from None
    show(rows, form)


def _exported(file: Path, stores: Sequence[str] | None) -> Path:
    with readable():
        asyncio.run(write_parquet(file, each_row(addresses(stores), whole())))
    return file
