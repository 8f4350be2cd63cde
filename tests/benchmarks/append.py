"""Durable single-event commands a second: ours beside the library's recorders in threads."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import UUID, uuid4

import msgspec
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import SystemClock
from baoxue_shared.history.store import Store
from baoxue_shared.privacy.sealer import Sealer
from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from tests.benchmarks.measured import SECONDS, Result, side_by_side
from tests.benchmarks.notes import Notes, Write
from tests.benchmarks.stores import KINDS, Places

COUNTY = Actor("dev:county-education", "county-education", "220822", "220822")
TEXT = "父母外出务工，与祖父母同住；孩子愿意回校"
CALLERS = (1, 8, 64)
AIMS = {("postgresql", 64): 20.0, ("sqlite", 64): 8.0}
POOLS = (1, 2, 4, 8)


async def ours(store: Store, sealer: Sealer, callers: int, seconds: float = SECONDS) -> float:
    """Commands a second of so many coroutines; half of the commands create, half amend what was created."""
    notes, clock, numbers = Notes(store, sealer, SystemClock()), SystemClock(), count()
    until = time.perf_counter() + seconds

    async def call() -> int:
        done = 0
        while time.perf_counter() < until:
            with acting_as(COUNTY, clock=clock, request_id=f"w{next(numbers)}"):
                written = await notes.write(Write(text=TEXT))
            with acting_as(COUNTY, clock=clock, request_id=f"a{next(numbers)}"):
                await notes.amend(written.id, Write(text=TEXT))
            done += 2
        return done

    began = time.perf_counter()
    total = sum(await asyncio.gather(*(call() for _ in range(callers))))
    return total / (time.perf_counter() - began)


async def state_of(places: Places) -> bytes:
    """One of our states: the library stores bytes of the same size."""
    store, sealer = places.store("sqlite"), places.sealer()
    with acting_as(COUNTY, clock=SystemClock(), request_id="r"):
        await Notes(store, sealer, SystemClock()).write(Write(text=TEXT))
    (row,) = await store.rows()
    await store.close()
    sealer.close()
    return msgspec.json.encode(msgspec.json.decode(row.state))


def library(recorder: ApplicationRecorder, state: bytes, callers: int, seconds: float = SECONDS) -> float:
    """Events a second of so many threads, one event a call, half of them the second of their aggregate."""
    until = time.perf_counter() + seconds

    def insert(originator: UUID, version: int) -> None:
        recorder.insert_events([StoredEvent(originator, version, "bench.Note.Written", state)])

    def call(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            originator = uuid4()
            insert(originator, 1)
            insert(originator, 2)
            done += 2
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as threads:
        total = sum(threads.map(call, range(callers)))
    return total / (time.perf_counter() - began)


async def _best(make: Callable[[int], ApplicationRecorder], state: bytes, callers: int) -> int:
    """The pool size with which the library is fastest."""
    tried = [pool for pool in POOLS if pool <= max(callers, 1)]
    rates = {pool: await asyncio.to_thread(library, make(pool), state, callers, 0.5) for pool in tried}
    return max(rates, key=lambda pool: rates[pool])


async def append(places: Places) -> list[Result]:
    """Case `<store>-<callers>`."""
    results, state = [], await state_of(places)
    for kind in KINDS:
        for callers in CALLERS:

            def make(pool: int, kind: str = kind) -> ApplicationRecorder:
                return places.library(kind, pool)

            pool = await _best(make, state, callers)

            async def mine(kind: str = kind, callers: int = callers) -> float:
                store, sealer = places.store(kind), places.sealer()
                rate = await ours(store, sealer, callers)
                await store.close()
                sealer.close()
                return rate

            async def theirs(pool: int = pool, callers: int = callers) -> float:
                return await asyncio.to_thread(library, make(pool), state, callers)

            rate, peer = await side_by_side(mine, theirs)
            name = f"library, pool {pool}"
            aim = AIMS.get((kind, callers))
            results.append(
                Result("append", f"{kind}-{callers}", "durable commands", "1/s", rate, peer, name, rate / peer, aim)
            )
    return results
