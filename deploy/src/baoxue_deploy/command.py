"""`baoxue`: the operator's program."""

import asyncio
import shutil
import signal
import threading
from datetime import date
from pathlib import Path

import httpx
import typer
from baoxue_shared.clock import SharedClock, shanghai

from baoxue_deploy.demo import play
from baoxue_deploy.places import SERVICES, Places, issuer_url, url
from baoxue_deploy.processes import NotReadyError, PortTakenError, Processes, end_remembered

main = typer.Typer(no_args_is_help=True, add_completion=False, help="保学 Baoxue")
VAR = Path("var")
BEGINNING = shanghai(date(2025, 3, 1), 8)


def _stay() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


def _up(places: Places) -> Processes:
    clock = SharedClock(places.clock)
    clock.set(max(clock.now(), BEGINNING))
    processes = Processes(places)
    try:
        processes.up()
    except (PortTakenError, NotReadyError) as error:
        processes.down()
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from None
    except BaseException:  # whatever stopped the start, nothing stays behind
        processes.down()
        raise
    return processes


@main.command()
def up(*, detach: bool = False) -> None:
    """Start the broker, the development issuer and the services."""
    processes = _up(Places(VAR))
    typer.echo("\n".join(f"{service} {url(service)}" for service in SERVICES))
    if not detach:
        _stay()
        processes.down()


@main.command()
def down() -> None:
    """End what `up --detach` started."""
    raise typer.Exit(0 if end_remembered(Places(VAR)) else 1)


@main.command()
def token(role: str, organisation: str | None = None, jurisdiction: str | None = None) -> None:
    """A development token of a role's ready-made person."""
    names = {"role": role, "organisation": organisation, "jurisdiction": jurisdiction}
    query = {name: value for name, value in names.items() if value}
    answer = httpx.get(f"{issuer_url()}/token", params=query, trust_env=False)
    if not answer.is_success:
        typer.echo(answer.json()["detail"], err=True)
        raise typer.Exit(2)
    typer.echo(answer.json()["access_token"])


@main.command()
def demo(*, exit: bool = False, seed: int = 1, children: int = 200) -> None:
    """Play the demonstration on a fresh `var/`; with --exit end with 0 only if the figures agree."""
    places = Places(VAR)
    end_remembered(places)
    if places.root.exists():
        shutil.rmtree(places.root)
    processes = _up(places)
    try:
        agree = asyncio.run(play(places, seed, children))
        if not exit:
            typer.echo("Ctrl-C 结束 / ends")
            _stay()
    finally:
        processes.down()
    raise typer.Exit(0 if agree else 1)
