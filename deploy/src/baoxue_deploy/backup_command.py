"""`baoxue backup`: all histories while all runs, the keys apart from them."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from baoxue_deploy.backup import NotEmptyError, UnsettledError, back_up
from baoxue_deploy.histories import NoHistoryError, stores_of
from baoxue_deploy.places import VAR, Places

backups = typer.Typer()
FAULT, USAGE, UNREACHABLE = 1, 2, 3


def _fail(words: object, status: int) -> typer.Exit:
    typer.echo(str(words), err=True)
    return typer.Exit(status)


@backups.command()
def backup(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="a new folder; else var/backups/<instant>")
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="a folder elsewhere; else var/key-backups/<instant>")] = None,
    keys_for: Annotated[
        int, typer.Option(help="days, after which the next backup destroys this one's keys", min=1)
    ] = 30,
) -> None:
    """All histories while all runs; the keys apart, and for a time only: an erasure must reach their last copy."""
    places, stamp = Places(VAR), datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    out = output or places.root / "backups" / stamp
    apart = keys or places.root / "key-backups" / (output.name if output else stamp)
    try:
        manifest = back_up(stores_of(places), places.keys, out, apart, timedelta(days=keys_for))
    except NoHistoryError as error:
        raise _fail(error, UNREACHABLE) from None
    except NotEmptyError as error:
        raise _fail(f"目录不是空的 / not an empty folder: {error}", USAGE) from None
    except (UnsettledError, sqlite3.Error, OSError) as error:
        raise _fail(f"没有备份成 / no backup was made: {type(error).__name__} {error}", FAULT) from None
    for service, told in manifest["services"].items():
        typer.echo(f"{service}: {told['last']}")
    typer.echo(f"{out}；密钥另存，{manifest['keys_expire']} 失效 / keys apart, until then: {apart}")
