"""All aggregates of ten events: our bulk replay beside the library's `repository.get`, and beside a bare decode."""

import asyncio
import time
from uuid import UUID

import msgspec
from baoxue_shared.actor import acting_as
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.store import Store
from baoxue_shared.replay.bulk import fold_all
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from tests.benchmarks.append import COUNTY, TEXT
from tests.benchmarks.measured import QUICK, Result, side_by_side
from tests.benchmarks.notes import Note, Notes, Write
from tests.benchmarks.questions import questions
from tests.benchmarks.stores import KINDS, Places

AGGREGATES = 300 if QUICK else 2000
EVENTS = 10
AIMS = {"sqlite": 5.0, "postgresql": 8.0}


class Leaf(Aggregate):
    """The library's own kind of aggregate, with a text of the same size."""

    @event("Written")
    def __init__(self, area: str, text: str) -> None:
        self.area, self.text = area, text

    @event("Amended")
    def amend(self, text: str) -> None:
        self.text = text


async def filled(places: Places, kind: str) -> Store:
    """Our store with so many notes of ten events."""
    store, sealer, clock = places.store(kind), places.sealer(), SystemClock()
    notes = Notes(store, sealer, clock)

    async def one(number: int) -> None:
        with acting_as(COUNTY, clock=clock, request_id=f"n{number}"):
            note = await notes.write(Write(text=TEXT))
        for step in range(EVENTS - 1):
            with acting_as(COUNTY, clock=clock, request_id=f"n{number}.{step}"):
                await notes.amend(note.id, Write(text=TEXT))

    for first in range(0, AGGREGATES, 100):
        await asyncio.gather(*(one(n) for n in range(first, min(first + 100, AGGREGATES))))
    sealer.close()
    return store


def library(places: Places, kind: str) -> tuple[Application[UUID], list[UUID]]:
    """The library's application with as many aggregates of as many events, its text as long as our sealed state."""
    application: Application[UUID] = Application(places.library_environment(kind))
    ids = []
    for _ in range(AGGREGATES):
        leaf = Leaf("220822100201", TEXT * 5)
        for _ in range(EVENTS - 1):
            leaf.amend(TEXT * 5)
        application.save(leaf)
        ids.append(leaf.id)
    return application, ids


async def replay(places: Places) -> list[Result]:  # noqa: C901 - four measured loops side by side
    """Events a second."""
    results, total = [], AGGREGATES * EVENTS
    for kind in KINDS:
        store = await filled(places, kind)
        application, ids = library(places, kind)
        kinds = {Note.Written.TOPIC: Note.Written, Note.Amended.TOPIC: Note.Amended}
        decoders = {topic: msgspec.json.Decoder(made) for topic, made in kinds.items()}

        async def ours(store: Store = store) -> float:
            began, count = time.perf_counter(), 0
            async for _ in fold_all(store):
                count += 1
            if count != AGGREGATES:
                raise AssertionError(count)
            return total / (time.perf_counter() - began)

        async def theirs(application: Application[UUID] = application, ids: list[UUID] = ids) -> float:
            def run() -> float:
                began = time.perf_counter()
                for identity in ids:
                    application.repository.get(identity)
                return total / (time.perf_counter() - began)

            return await asyncio.to_thread(run)

        async def bare(store: Store = store, decoders: dict = decoders) -> float:  # type: ignore[type-arg]
            began, after = time.perf_counter(), 0
            while rows := await store.fetch(
                f"select position, topic, state from bench_events where position > {after} order by position limit 5000"
            ):
                for row in rows:
                    decoders[str(row["topic"])].decode(row["state"])
                after = int(str(rows[-1]["position"]))
            return total / (time.perf_counter() - began)

        mine, get = await side_by_side(ours, theirs)
        again, decode = await side_by_side(ours, bare)
        results += [
            Result("replay", kind, "bulk replay", "events/s", mine, get, "repository.get", mine / get, AIMS[kind]),
            Result(
                "replay",
                f"{kind}-bare",
                "bulk replay",
                "events/s",
                again,
                decode,
                "select and decode",
                again / decode,
                0.5,
            ),
        ]
        application.close()
        await store.close()
    return [*results, *await questions(places)]
