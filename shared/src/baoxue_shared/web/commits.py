"""How the history's commits go: how many wait, how long, how many one commit holds, which are refused."""

import asyncio
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Unit

UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Commits:
    """Stands around a store's one way to write, so that reactions and views count as well as requests."""

    def __init__(self, store: Store, registry: CollectorRegistry) -> None:
        r = registry
        self._waiting = Gauge("baoxue_commits_waiting", "Commands and effects before their durable commit", registry=r)
        self._seconds = Histogram("baoxue_commit_seconds", "From hand-over to the durable commit", registry=r)
        self._units = Histogram("baoxue_commit_units", "What one commit held", buckets=UNITS, registry=r)
        self._refused = Counter("baoxue_commits_refused", "What the history refused", ["error"], registry=r)
        self._together = 0
        self._append = store.append
        store.append = self._watched  # type: ignore[method-assign]

    async def _watched(self, unit: Unit) -> tuple[int, ...]:
        began = time.perf_counter()
        with self._waiting.track_inprogress():
            try:
                return await self._append(unit)
            except Exception as error:
                self._refused.labels(type(error).__name__).inc()
                raise
            finally:
                self._seconds.observe(time.perf_counter() - began)
                self._answered()

    def _answered(self) -> None:
        """All whom one commit answers wake in the same turn of the loop."""
        if not self._together:
            asyncio.get_running_loop().call_soon(self._count)
        self._together += 1

    def _count(self) -> None:
        self._units.observe(self._together)
        self._together = 0
