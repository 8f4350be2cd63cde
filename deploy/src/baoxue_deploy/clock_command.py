"""`baoxue clock`: the embedded mode's simulated time, shown and moved day by day."""

import asyncio
from datetime import timedelta
from typing import Annotated

import httpx
import typer
from baoxue_shared.clock import SHANGHAI, SharedClock, today

from baoxue_deploy.conductor import Conductor, NeverIdleError
from baoxue_deploy.office import Offices
from baoxue_deploy.places import VAR, Places
from baoxue_deploy.running import remembered

clock = typer.Typer(no_args_is_help=True, help="模拟时钟（仅嵌入模式）/ the simulated clock (embedded mode only)")


def _clock(places: Places) -> SharedClock:
    if not places.clock.exists():
        typer.echo("没有模拟时钟 / there is no simulated clock", err=True)
        raise typer.Exit(3)
    return SharedClock(places.clock)


def _tell(shared: SharedClock) -> None:
    typer.echo(shared.now().astimezone(SHANGHAI).isoformat(timespec="minutes"))


@clock.command()
def show() -> None:
    """The instant, Asia/Shanghai."""
    _tell(_clock(Places(VAR)))


@clock.command()
def advance(days: Annotated[int, typer.Option(min=1, max=1000)] = 1) -> None:
    """Each day passes with its deadlines, when relays and readers are idle."""
    places = Places(VAR)
    shared = _clock(places)
    if remembered(places) is None:
        typer.echo("服务没有运行：请先 baoxue up --detach / nothing runs: baoxue up --detach first", err=True)
        raise typer.Exit(3)
    try:
        asyncio.run(_advance(shared, days))
    except (NeverIdleError, httpx.HTTPError) as error:
        typer.echo(f"服务没有静下来 / the services did not come to rest: {error}", err=True)
        raise typer.Exit(3) from None
    _tell(shared)


async def _advance(shared: SharedClock, days: int) -> None:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        conductor = Conductor(shared, Offices(client))
        for _ in range(days):
            await conductor.advance(today(shared) + timedelta(days=1))
