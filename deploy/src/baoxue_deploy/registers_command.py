"""`baoxue import KIND FILE` and `baoxue gaps`: registers in, the lists of children that nobody may forget out."""

import base64
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

import typer
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.shown import Format, show

from baoxue_deploy.clerk import FAULT, Clerk, Query, Token

registers = typer.Typer(no_args_is_help=True, help="登记表与“一个不少”清单 / registers and gap lists")
PATHS = {
    "household": "/registers/households",
    "residence-permit": "/registers/residence-permits",
    "pupil": "/registers/pupils",
    "survey": "/registers/surveys",
    "attendance": "/registers/attendance",
}
OF_A_YEAR = frozenset({"pupil", "survey"})
Kind = Literal["household", "residence-permit", "pupil", "survey", "attendance"]
Gap = Literal[
    "due-without-notice",
    "issued-not-served",
    "served-not-checked-in",
    "on-no-register",
    "check-in-missed",
    "primary-leaver-not-at-junior",
    "age-against-grade",
    "on-register-but-absent",
    "at-two-schools",
    "taught-elsewhere",
]
PAGE = 5000  # rows of a page of gaps
EVERY = 2.0  # seconds between two words on how far an import has come


@registers.command("import")
def import_(  # noqa: PLR0913 - its options
    kind: Kind,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (UTF-8, GB18030) or XLSX")],
    *,
    errors: Annotated[Path | None, typer.Option(help="bad rows are written here, as a file of the same kind")] = None,
    year: Annotated[
        int | None, typer.Option(help="pupil, survey: of which school year; else the last open one")
    ] = None,
    month: Annotated[str | None, typer.Option(help="attendance: of which month, 2025-09")] = None,
    source: Annotated[str | None, typer.Option(help="the county's own mapping file")] = None,
    form: Format = "table",
    token: Token = None,
) -> None:
    """Take a register in: all good rows; exit 1 if there are bad ones."""
    if (kind == "attendance") != (month is not None):
        raise typer.BadParameter("出勤登记表须写 --month 2025-09，其他登记表不写 / --month: attendance only")
    clerk = Clerk(token)
    query: Query = {"source": source} if source else {}
    if month is not None:
        query["month"] = month
    if kind in OF_A_YEAR:
        query["year"] = clerk.year(year)
    request_id = str(uuid4())
    over = threading.Event()
    telling = threading.Thread(target=_tell_progress, args=(clerk, request_id, over), daemon=True)
    telling.start()
    try:
        told = clerk.send(PATHS[kind], file.read_bytes(), request_id, **query)
    finally:
        over.set()
        telling.join()
    _write_errors(told, errors)
    show([{"rows": told["rows"], **told["answer"], "warnings": len(told["warnings"])}], form)
    raise typer.Exit(FAULT if told["answer"]["refused"] else 0)


def _tell_progress(clerk: Clerk, request_id: str, over: threading.Event) -> None:
    while not over.wait(EVERY):
        done = clerk.ask("/registers/progress", key=request_id).json()
        typer.echo(f"已记录 {done['accepted']} 行，未变 {done['unchanged']} 行 / rows recorded, unchanged", err=True)


def _write_errors(told: dict[str, Any], errors: Path | None) -> None:
    if errors is None:
        return
    text = str(told["errors"])
    errors.write_bytes(
        base64.b64decode(text) if told["form"] == "xlsx" else text.encode("utf-8-sig" if text else "utf-8")
    )


@registers.command()
def gaps(
    *,
    kind: Annotated[Gap, typer.Option()],
    at: Annotated[str | None, typer.Option(help="a day (its end) or an instant; as recorded then")] = None,
    year: int | None = None,
    form: Format = "table",
    token: Token = None,
) -> None:
    """Not one less: children in that gap at that instant."""
    query: Query = {"kind": kind} | ({"at": _instant(at)} if at else {}) | ({"year": year} if year else {})
    show(list(_all_gaps(Clerk(token), query)), form)


def _all_gaps(clerk: Clerk, query: Query) -> Iterator[dict[str, Any]]:
    """Every page, all at the instant of the first one."""
    after: Query = {}
    while True:
        told = clerk.ask("/gaps", **{**query, "limit": PAGE, **after}).json()
        yield from told["rows"]
        if told["next"] is None:
            return
        after = {"after": told["next"], "at": told["at"]}


def _instant(text: str) -> str:
    try:
        if len(text) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(text), datetime.max.time(), SHANGHAI).isoformat()
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: 2026-03-01 | 2026-03-01T09:00+08:00") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)).isoformat()
