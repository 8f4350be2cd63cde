"""How the history's commits go: how many wait, how long, how many one commit holds, which are refused."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Outcome

UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Commits:
    """Reactions and views count as well as requests: all of them are written by the one writer."""

    def __init__(self, store: Store, registry: CollectorRegistry) -> None:
        r = registry
        waiting = Gauge("baoxue_commits_waiting", "Commands and effects before their durable commit", registry=r)
        waiting.set_function(store.waiting)
        self._seconds = Histogram("baoxue_commit_seconds", "Duration of a durable commit", registry=r)
        self._units = Histogram("baoxue_commit_units", "What one commit held", buckets=UNITS, registry=r)
        self._refused = Counter("baoxue_commits_refused", "What the history refused", ["error"], registry=r)
        store.watch = self._watched

    def _watched(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        self._seconds.observe(seconds)
        self._units.observe(len(outcomes))
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                self._refused.labels(type(outcome).__name__).inc()
