"""What the auditor's commands have in common: options, instants, and how a fault is told."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import httpx
import typer

from baoxue_shared.clock import SHANGHAI

FAULT, USAGE, UNREACHABLE = 1, 2, 3
VAR = Path("var")
By = Annotated[Literal["recorded", "occurred"], typer.Option(help="what was known by then, or what had happened")]
At = Annotated[datetime | None, typer.Option(help="an instant; without a zone: Asia/Shanghai")]
Stores = Annotated[
    list[str] | None,
    typer.Option("--store", help="<service>=<address>, as in the service's setting; default: var/<service>.sqlite3"),
]
Token = Annotated[str | None, typer.Option(envvar="BAOXUE_TOKEN", help="else the embedded mode's auditor")]
Oversight = Annotated[str, typer.Option(envvar="BAOXUE_OVERSIGHT", help="address of the oversight service")]


def fail(words: str, status: int) -> typer.Exit:
    """To be raised; the words go to the error output."""
    typer.echo(words, err=True)
    return typer.Exit(status)


def instant(at: datetime | None) -> datetime | None:
    """Without a zone it is Asia/Shanghai."""
    return at.replace(tzinfo=SHANGHAI) if at is not None and at.tzinfo is None else at


def embedded(usual: int, scheme: str) -> str:
    """Where the embedded mode listens."""
    return f"{scheme}://127.0.0.1:{int(os.environ.get('BAOXUE_PORT_BASE', '8400')) + usual - 8400}"


def headers(token: str | None) -> dict[str, str]:
    """Of a signed-in auditor. httpx.HTTPError."""
    if token is None:
        issued = httpx.get(f"{embedded(8410, 'http')}/token", params={"role": "auditor"}, trust_env=False)
        token = str(issued.raise_for_status().json()["access_token"])
    return {"Authorization": f"Bearer {token}"}
