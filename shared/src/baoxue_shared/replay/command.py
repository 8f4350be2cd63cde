"""`baoxue-audit`: the auditor's program."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from baoxue_shared.history.sqlite import SQLiteStore
from baoxue_shared.replay.reading import By, replay

main = typer.Typer(no_args_is_help=True, add_completion=False, help="回放与核查 / replay and verify")
Format = Literal["table", "json"]
Database = Annotated[list[Path], typer.Option("--database", exists=True, dir_okay=False, help="服务的数据库文件")]
DATABASES = [Path("var/cases.sqlite3")]


@main.callback()
def program() -> None:
    """Reads histories; changes nothing."""


async def _read(databases: list[Path], wanted: UUID, at: datetime | None, by: By) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in databases:
        store = SQLiteStore(path, path.name.partition(".")[0])
        concerned = [row async for row in store.stream() if str(wanted) in _ids(row.originator_id, row.state)]
        found += [{"service": store.service, **e} for e in replay(concerned, at=at, by=by)]
        await store.close()
    return sorted(found, key=lambda e: (e["recorded_at"], e["service"], e["position"]))


def _ids(originator_id: UUID, state: bytes) -> str:
    return f"{originator_id} {state.decode()}"


@main.command()
def history(
    id: UUID,
    database: Database = DATABASES,
    at: datetime | None = None,
    by: str = "recorded",
    format: str = "table",
) -> None:
    """What was recorded about a case or a child, in all the databases given. Exit 1 if there is nothing."""
    entries = asyncio.run(_read(database, id, at, cast("By", by)))
    if format == "json":
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        _print(entries)
    raise typer.Exit(0 if entries else 1)


def _print(entries: list[dict[str, Any]]) -> None:
    table = Table("记录时间", "发生时间", "事件", "谁", "角色", "条款", "内容")
    for e in entries:
        facts = "，".join(f"{name}={value}" for name, value in e["facts"].items() if not name.endswith("_id"))
        times = (e["recorded_at"][:16], e["occurred_at"][:16])
        table.add_row(*times, e["event"], e["actor"], e["role"], e["clause"] or "—", facts)
    Console(width=160, emoji=False).print(table)
