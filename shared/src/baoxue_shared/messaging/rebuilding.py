"""Builds a read model anew beside the one that serves, and puts it in its place when it may."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Literal

import psycopg
import structlog

from baoxue_shared.contracts.registry import SERVICES, published_by
from baoxue_shared.history.unit import ReaderPosition, Statement, Unit
from baoxue_shared.messaging.beside import Beside, cleared, state_hash, switching, taking_over
from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.handling import ViewHandling
from baoxue_shared.messaging.sources import OtherStream, OwnHistory, Source
from baoxue_shared.view import View

if TYPE_CHECKING:
    from baoxue_shared.service import World

Stage = Literal["building", "comparing", "switched", "differs", "failed"]
Positions = dict[str, ReaderPosition]
TRIES = 20  # another process may move the one that serves between comparing and switching
PAUSE = 1.0
MOVED = (sqlite3.IntegrityError, psycopg.errors.NotNullViolation)
log = structlog.get_logger()


class NoBrokerError(Exception):
    """The view hears other services: their streams are needed."""


class RestlessViewError(Exception):
    """Another process kept moving the view between comparing and switching: try again when there is less to do."""


class Rebuild:
    """Of one view, by its own definition. Whatever happens, the old one serves until it is replaced."""

    def __init__(self, world: "World", view: View) -> None:
        """NoBrokerError."""
        self.view, self.world, self.store = view, world, world.store
        self.beside = Beside(view)
        self.stage: Stage = "building"
        self.hashes: tuple[str, str] | None = None  # of the one that serves, and of the new one
        self.problem = ""
        self.sources = [self._source(publisher) for publisher in self._heard()]

    def _heard(self) -> list[str]:
        """The own history, and those services of whose contracts the view takes any."""
        own = self.world.name
        return [own, *(p for p in SERVICES if p != own and self.view.kinds & set(published_by(p)))]

    def _source(self, publisher: str) -> Source:
        handling, clock = ViewHandling(self.beside), self.world.clock
        committing = Committing(self.store, self.beside.name, publisher, handling, clock)
        if publisher == self.world.name:
            return OwnHistory(committing)
        if self.world.client is None:
            raise NoBrokerError(publisher)
        return OtherStream(committing, self.world.client)

    async def run(self) -> None:
        """To its end: `stage` says which, when all is tidy."""
        stage = await self._ended()
        log.info("rebuilt", view=self.view.name, stage=stage, problem=self.problem)
        if stage != "switched":
            with suppress(Exception):  # the next one begins with it
                await self.store.execute(cleared(self.store, self.beside))
        self.stage = stage

    async def _ended(self) -> Stage:
        try:
            made = (Statement(text) for text in self.beside.tables)
            await self.store.execute([*cleared(self.store, self.beside), *made])
            await self.feed()
            return await self.settled()
        except Exception as error:  # noqa: BLE001 - told to the operator; the old one serves
            self.problem = f"{type(error).__name__}: {error}"
            return "failed"
        finally:
            for source in self.sources:
                await source.close()

    def told(self) -> dict[str, object]:
        """How far it is, for the operator."""
        reached = {source.committing.publisher: source.committing.position.position for source in self.sources}
        hashes = dict(zip(("serving", "new"), self.hashes or (), strict=False))
        return {"stage": self.stage, "positions": reached, "hashes": hashes, "problem": self.problem}

    async def feed(self) -> None:
        """As far as the one that serves is now."""
        serving = await self.positions(self.view.name)
        for source in self.sources:
            if source.committing.publisher in serving:
                await source.feed(serving[source.committing.publisher].place)

    async def positions(self, reader: str) -> Positions:
        """By publisher, of those that are heard."""
        publishers = [source.committing.publisher for source in self.sources]
        found = [await self.store.reader_position(reader, publisher) for publisher in publishers]
        return {position.publisher: position for position in found if position is not None}

    async def settled(self) -> Stage:
        """RestlessViewError."""
        for _ in range(TRIES):
            async with AsyncExitStack() as still:
                for committing in self.world.committings:
                    if committing.reader == self.view.name:  # commands are recorded meanwhile
                        await still.enter_async_context(committing.turn)
                if (stage := await self.attempt()) is not None:
                    return stage
        raise RestlessViewError

    async def attempt(self) -> Stage | None:
        """None if the one that serves moved meanwhile: another process moves it."""
        await self.feed()
        at = await self.positions(self.view.name)
        self.stage = "comparing"
        serving, new = await state_hash(self.store, self.view), await state_hash(self.store, self.beside)
        self.hashes = (serving, new)
        if not equally_far(at, await self.positions(self.beside.name)):
            return None
        if serving == new:
            return await self.switch(Unit(statements=switching(self.store, self.view, at.values())))
        return "differs" if equally_far(at, await self.positions(self.view.name)) else None

    async def switch(self, unit: Unit) -> Stage | None:
        try:
            await self.store.append(unit)
        except MOVED:
            return None
        return "switched"


class Renewal(Rebuild):
    """A view of another version than the one that serves: nothing to compare, it only has to be as far as can be."""

    async def feed(self) -> None:
        for source in self.sources:
            await source.feed(await source.head())

    async def attempt(self) -> Stage | None:
        await self.feed()
        at, reached = await self.positions(self.view.name), await self.positions(self.beside.name)
        further = [p for name, p in reached.items() if name not in at or p.place > at[name].place]
        if any(p.place > reached.get(name, p).place for name, p in at.items()):
            return None  # a process of the old version is ahead
        moved = (ReaderPosition(self.view.name, *_where(p)) for p in further)
        statements = (*taking_over(self.store, self.view), *switching(self.store, self.view, ()))
        return await self.switch(Unit(positions=tuple(moved), statements=statements))


def equally_far(one: Positions, other: Positions) -> bool:
    return {n: p.place for n, p in one.items()} == {n: p.place for n, p in other.items()}


def _where(p: ReaderPosition) -> tuple[str, int, int, int]:
    return p.publisher, p.epoch, p.position, p.stream_sequence


async def renewed(world: "World", view: View, served: Callable[[], None]) -> None:
    """Until it is in its place; tried again after whatever fails."""
    while True:
        try:
            renewal = Renewal(world, view)
        except NoBrokerError:
            await asyncio.sleep(PAUSE)
            continue
        await renewal.run()
        if renewal.stage == "switched":
            served()
            return
        await asyncio.sleep(PAUSE)
