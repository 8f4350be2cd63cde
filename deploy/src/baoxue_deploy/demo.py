"""The demonstration: a county from March to July of the next year, through the public interfaces."""

import sys
from datetime import date

import httpx
from baoxue_shared.clock import SharedClock
from rich.console import Console
from rich.progress import Progress

from baoxue_deploy.conductor import Conductor
from baoxue_deploy.office import Offices
from baoxue_deploy.places import Places
from baoxue_deploy.simulation.agenda import Agenda
from baoxue_deploy.simulation.calendar import BEGINS, ENDS
from baoxue_deploy.simulation.figures import reported
from baoxue_deploy.simulation.people import People
from baoxue_deploy.simulation.play import Play
from baoxue_deploy.simulation.whole import enter_everything
from baoxue_deploy.telling import tell

console = Console(emoji=False, width=None if sys.stdout.isatty() else 140)


async def play(places: Places, seed: int, children: int) -> bool:
    """True if the services' figures agree with the journal."""
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        offices = Offices(client)
        agenda = Agenda(Conductor(SharedClock(places.clock), offices))
        county = Play(seed, People(seed, children), offices, agenda)
        stories = enter_everything(county)
        with Progress(console=console) as progress:
            task = progress.add_task("2025-03-01", total=(ENDS - BEGINS).days + 1)

            def passed(day: date) -> None:
                progress.update(task, advance=1, description=day.isoformat())

            await agenda.run(ENDS, passed)
        found = await reported(county, stories)
        return await tell(console, places, county, stories, found)
