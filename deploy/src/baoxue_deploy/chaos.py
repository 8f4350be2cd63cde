"""`make chaos`: kill -9 of every process while the county is at work; at the end replay must equal the journal."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from baoxue_shared.clock import SharedClock, shanghai
from baoxue_shared.history.unit import Row
from rich.console import Console
from rich.progress import Progress

from baoxue_deploy.chaos_kills import Kill, Killer, plan
from baoxue_deploy.chaos_load import Acknowledged, Journal, Load, carry_out
from baoxue_deploy.chaos_verdict import Verdict, judge
from baoxue_deploy.histories import read_histories
from baoxue_deploy.places import SERVICES, Places, base
from baoxue_deploy.processes import NotReadyError, Processes
from baoxue_deploy.simulation.calendar import BEGINS, ENDS

BESIDE = 200  # so far from a running demonstration's ports
UNTIL = ENDS
console = Console(emoji=False)


@dataclass(frozen=True)
class Disturbance:
    """How much is done, and how often it is disturbed."""

    seed: int
    kills: int
    children: int
    until: date = UNTIL
    store: str = "sqlite"


class Run(NamedTuple):
    """One run of the load; `stopped`: why it did not come to its end, if so."""

    histories: dict[str, list[Row]]
    journal: list[Acknowledged]
    commands: int
    killed: dict[str, int]
    restarts: int
    stopped: str | None


def chaos_run(places: Places, disturbance: Disturbance, make: Callable[..., Processes] = Processes) -> bool:
    """Once undisturbed, once disturbed, compared; writes chaos.json. `make`: the disturbed run's processes."""
    began = time.monotonic()
    folder = places.root / "chaos"
    shutil.rmtree(folder, ignore_errors=True)
    load = Load(disturbance.seed, disturbance.children, disturbance.until)
    with _ports_beside():
        undisturbed = asyncio.run(_run(Processes(Places(folder / "undisturbed"), store=disturbance.store), load, []))
        kills = plan(disturbance.seed, disturbance.kills, undisturbed.commands, disturbance.store)
        disturbed = asyncio.run(_run(make(Places(folder / "disturbed"), store=disturbance.store), load, kills))
    verdict = judge(disturbed.journal, disturbed.histories, undisturbed.histories)
    holds = verdict.holds and not (undisturbed.stopped or disturbed.stopped)
    told = _told(disturbance, disturbed, verdict) | {"seconds": round(time.monotonic() - began, 1), "holds": holds}
    (places.root / "chaos.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    console.print_json(data=told)
    return holds


@contextmanager
def _ports_beside() -> Iterator[None]:
    before = os.environ.get("BAOXUE_PORT_BASE")
    os.environ["BAOXUE_PORT_BASE"] = str(base() + BESIDE)
    try:
        yield
    finally:
        if before is None:
            del os.environ["BAOXUE_PORT_BASE"]
        else:
            os.environ["BAOXUE_PORT_BASE"] = before


async def _run(processes: Processes, load: Load, kills: list[Kill]) -> Run:
    places = processes.places
    SharedClock(places.clock).set(shanghai(BEGINS, 8))
    journal = Journal(places.root / "journal.jsonl")
    killer = Killer(processes, kills)
    try:
        await asyncio.to_thread(processes.up)
        with Progress(console=console) as progress:
            task = progress.add_task(places.root.name, total=(load.until - BEGINS).days + 1)
            stopped = await carry_out(places, load, journal, killer.sending, lambda _: progress.advance(task))
            await killer.finish()
        stopped = stopped or await asyncio.to_thread(_not_ready, processes)
        histories = await read_histories({service: places.store(service) for service in SERVICES})
    finally:
        await asyncio.to_thread(processes.down)
        journal.close()
    return Run(histories, journal.entries, killer.commands, dict(killer.killed), processes.restarts, stopped)


def _not_ready(processes: Processes) -> str | None:
    """Whatever was killed last comes back as well."""
    try:
        processes.await_ready()
    except NotReadyError as error:
        return str(error)
    return None


def _told(disturbance: Disturbance, disturbed: Run, verdict: Verdict) -> dict[str, Any]:
    return {
        "seed": disturbance.seed,
        "store": disturbance.store,
        "kills": sum(disturbed.killed.values()),
        "killed": disturbed.killed,
        "restarts": disturbed.restarts,
        "commands": len(disturbed.journal),
        "events": sum(map(len, disturbed.histories.values())),
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "digest_equal": verdict.digest_equal,
        "digest": verdict.digest,
        "stopped": disturbed.stopped,
        "differences": verdict.differences,
    }
