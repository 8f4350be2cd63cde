"""`baoxue`: the operator's program."""

import asyncio
import json
import signal
import subprocess
import threading
import time
from datetime import date
from typing import Annotated, Literal

import httpx
import typer
from baoxue_shared.clock import SharedClock, shanghai
from baoxue_shared.shown import Format, show

from baoxue_deploy import doctor as examination
from baoxue_deploy.backup_command import backups
from baoxue_deploy.chaos import Disturbance, chaos_run
from baoxue_deploy.clock_command import clock
from baoxue_deploy.demo import play
from baoxue_deploy.digest import digest as digest_of
from baoxue_deploy.duties_command import duties
from baoxue_deploy.histories import NoHistoryError, read_histories, stores_of
from baoxue_deploy.notices_command import notices
from baoxue_deploy.operations import operations
from baoxue_deploy.places import SERVICES, VAR, Places, issuer_url, url
from baoxue_deploy.processes import NotReadyError, PortTakenError, Processes, program
from baoxue_deploy.registers_command import registers
from baoxue_deploy.restore_command import restores
from baoxue_deploy.running import alive, end_remembered, remembered
from baoxue_deploy.sample import Kind, NothingToShowError
from baoxue_deploy.sample import sample as sample_of
from baoxue_deploy.status import reachable, statuses

main = typer.Typer(no_args_is_help=True, add_completion=False, help="保学 Baoxue")
main.add_typer(clock, name="clock")
main.add_typer(duties, name="duties")
main.add_typer(operations)
main.add_typer(backups)
main.add_typer(restores)
main.add_typer(notices, name="notices")
main.add_typer(registers)
BEGINNING = shanghai(date(2025, 3, 1), 8)
UP_WITHIN = 90.0
UNREACHABLE = 3
StoreKind = Annotated[Literal["sqlite", "postgresql"], typer.Option(help="sqlite or postgresql")]


def _fail(error: object, status: int) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(status)


def _stay() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


def _up(places: Places, store: str = "sqlite", **noted: int) -> Processes:
    simulated = SharedClock(places.clock)
    simulated.set(max(simulated.now(), BEGINNING))
    processes = Processes(places, store=store, **noted)
    try:
        processes.up()
    except (PortTakenError, NotReadyError) as error:
        processes.down()
        raise _fail(error, UNREACHABLE) from None
    except BaseException:  # whatever stopped the start, nothing stays behind
        processes.down()
        raise
    return processes


def _tell_addresses() -> None:
    typer.echo("\n".join(f"{service} {url(service)}" for service in SERVICES))


@main.command()
def up(*, detach: bool = False, store: StoreKind = "sqlite") -> None:
    """Start the broker, the development issuer and the services; what falls is put up again."""
    places = Places(VAR)
    told = remembered(places)
    if told is not None and alive(told["pids"]["supervisor"]):
        raise _fail("已在运行；请先 baoxue down / runs already: baoxue down first", 2)
    if detach:
        _detached(places, store)
        _tell_addresses()
        return
    processes = _up(places, store, **_demonstrated(places))
    _tell_addresses()
    _stay()
    processes.down()


def _demonstrated(places: Places) -> dict[str, int]:
    """Seed and size of the demonstration whose data this is, if it is one."""
    told = json.loads(places.report.read_text("utf-8")) if places.report.exists() else {}
    return {name: int(told[name]) for name in ("seed", "children") if name in told}


def _detached(places: Places, store: str) -> None:
    """A supervisor in a session of its own; returns when all is ready."""
    places.run.unlink(missing_ok=True)
    places.log.mkdir(parents=True, exist_ok=True)
    with (places.log / "up.log").open("wb") as log:
        supervisor = subprocess.Popen(
            [program("baoxue"), "up", "--store", store],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + UP_WITHIN
    while not places.run.exists():
        if supervisor.poll() is not None or time.monotonic() > until:
            supervisor.terminate()
            raise _fail((places.log / "up.log").read_text("utf-8")[-2000:], UNREACHABLE)
        time.sleep(0.1)


@main.command()
def down() -> None:
    """End what `up` started."""
    raise typer.Exit(0 if end_remembered(Places(VAR)) else 1)


@main.command()
def status(form: Format = "table") -> None:
    """How far each service has come. Exit 3 if one does not answer."""
    rows = statuses()
    show(rows, form)
    raise typer.Exit(0 if reachable(rows) else UNREACHABLE)


@main.command()
def digest() -> None:
    """One line: a hash of what all histories mean; ids, clock readings and ciphertext do not count."""
    try:
        stores = stores_of(Places(VAR))
    except NoHistoryError as error:
        raise _fail(error, UNREACHABLE) from None
    typer.echo(digest_of(asyncio.run(read_histories(stores)).items()))


@main.command()
def sample(kind: Kind) -> None:
    """An id or a value of the demonstration, to try a command with."""
    try:
        typer.echo(asyncio.run(sample_of(Places(VAR), kind)))
    except (NothingToShowError, NoHistoryError) as error:
        raise _fail(error, 1) from None


@main.command()
def doctor(form: Format = "table") -> None:
    """What this machine has and lacks. Exit 1 for a fault, 3 for a missing tool."""
    rows = examination.examined(Places(VAR))
    show(rows, form)
    raise typer.Exit(examination.exit_status(rows))


@main.command()
def token(role: str, organisation: str | None = None, jurisdiction: str | None = None) -> None:
    """A development token of a role's ready-made person."""
    names = {"role": role, "organisation": organisation, "jurisdiction": jurisdiction}
    query = {name: value for name, value in names.items() if value}
    try:
        answer = httpx.get(f"{issuer_url()}/token", params=query, trust_env=False)
    except httpx.HTTPError:
        raise _fail("签发方没有运行：请先 baoxue up / no issuer runs: baoxue up first", UNREACHABLE) from None
    if not answer.is_success:
        raise _fail(answer.json()["detail"], 2)
    typer.echo(answer.json()["access_token"])


@main.command()
def demo(*, exit: bool = False, seed: int = 1, children: int = 2000, store: StoreKind = "sqlite") -> None:
    """Play the demonstration on a fresh `var/`; with --exit end with 0 only if the figures agree."""
    places = Places(VAR)
    end_remembered(places)
    places.clear()
    processes = _up(places, store, seed=seed, children=children)
    try:
        agree = asyncio.run(play(places, seed, children))
        if not exit:
            typer.echo("Ctrl-C 结束 / ends")
            _stay()
    finally:
        processes.down()
    raise typer.Exit(0 if agree else 1)


@main.command()
def chaos(seed: int = 1, kills: int = 20, children: int = 120, store: StoreKind = "sqlite") -> None:
    """Play a year twice, once with seeded kill -9; exit 0 only if nothing was lost, doubled or changed."""
    disturbance = Disturbance(seed, kills, children, store=store)
    raise typer.Exit(0 if chaos_run(Places(VAR), disturbance) else 1)
