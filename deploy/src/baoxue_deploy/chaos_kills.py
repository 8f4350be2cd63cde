"""Seeded kill -9: which process, at which command, how many milliseconds after it was sent."""

import asyncio
import time
from collections import Counter
from random import Random
from typing import NamedTuple

from baoxue_deploy.places import SERVICES
from baoxue_deploy.processes import Processes

VICTIMS = {"sqlite": (*SERVICES, "nats", "issuer"), "postgresql": (*SERVICES, "nats", "issuer", "postgresql")}
AFTER_AT_MOST = 0.25  # seconds
COMES_BACK_WITHIN = 30.0


class Kill(NamedTuple):
    """Of one process, `after` seconds from the sending of the `command`-th command."""

    command: int
    victim: str
    after: float


def plan(seed: int, kills: int, commands: int, store: str = "sqlite") -> list[Kill]:
    """Every process in turn, so that with as many kills as processes each is hit."""
    random = Random(f"{seed}/kills")
    victims = [VICTIMS[store][number % len(VICTIMS[store])] for number in range(kills)]
    random.shuffle(victims)
    numbers = sorted(random.randint(1, max(1, commands * 49 // 50)) for _ in victims)
    return [Kill(n, v, random.uniform(0, AFTER_AT_MOST)) for n, v in zip(numbers, victims, strict=True)]


class Killer:
    """Counts the commands as they are sent and strikes when a kill's turn has come."""

    def __init__(self, processes: Processes, kills: list[Kill]) -> None:
        self._processes, self._kills = processes, list(kills)
        self._strikes: set[asyncio.Task[None]] = set()
        self.commands = 0
        self.killed: Counter[str] = Counter()

    def sending(self) -> None:
        """A command is about to be sent."""
        self.commands += 1
        while self._kills and self._kills[0].command <= self.commands:
            strike = asyncio.create_task(self._strike(self._kills.pop(0)))
            self._strikes.add(strike)

    async def _strike(self, kill: Kill) -> None:
        await asyncio.sleep(kill.after)
        until = time.monotonic() + COMES_BACK_WITHIN
        while not await asyncio.to_thread(self._processes.kill, kill.victim):  # down from the kill before
            if time.monotonic() > until:
                return
            await asyncio.sleep(0.05)
        self.killed[kill.victim] += 1

    async def finish(self) -> None:
        """Those whose turn never came strike now."""
        for kill in self._kills:
            await self._strike(kill)
        self._kills = []
        await asyncio.gather(*self._strikes)
