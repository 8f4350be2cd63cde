"""What an operator watches over time: requests, commits, how far behind everything is, what is parked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError
from nats.js.client import JetStreamContext
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from baoxue_shared.messaging.commit import Committing
from baoxue_shared.messaging.provision import stream_of
from baoxue_shared.web.commits import Commits

if TYPE_CHECKING:
    from baoxue_shared.service import World


class Metrics:
    """One registry per service; names begin with `baoxue_`."""

    def __init__(self, world: "World") -> None:
        self._world = world
        r = self._registry = CollectorRegistry()
        self.requests = Counter("baoxue_requests", "HTTP requests", ["operation", "status"], registry=r)
        self.seconds = Histogram("baoxue_request_seconds", "Duration of an HTTP request", ["operation"], registry=r)
        self._position = Gauge("baoxue_position", "Positions reached", ["of"], registry=r)
        self._behind = Gauge("baoxue_behind", "Events before the relay, a view, a reader", ["of"], registry=r)
        self._lag = Gauge(
            "baoxue_evidence_lag_seconds", "How long the oldest waits to be sealed, cosigned", ["of"], registry=r
        )
        self._parked = Gauge("baoxue_parked", "Messages that wait for an operator", ["reader", "publisher"], registry=r)
        self._broker = Gauge("baoxue_broker_connected", "1 while the broker answers", registry=r)
        Commits(world.store, r)

    async def exposed(self) -> bytes:
        """Prometheus text, as of now."""
        state = await self._world.status()
        own = {"relay": state["relayed"], "sealed": state["sealed"], **state["views"]}
        _set(self._position, {"history": state["position"], **own, **state["readers"]})
        _set(self._behind, {name: max(0, state["position"] - reached) for name, reached in own.items()})
        _set(self._lag, state["lags"])
        await self._look_at_streams()
        await self._look_at_parked()
        return generate_latest(self._registry)

    async def _look_at_streams(self) -> None:
        client = self._world.client
        connected = client is not None and client.is_connected
        self._broker.set(connected)
        if client is not None and connected:
            for committing in self._world.committings:
                if committing.publisher != self._world.name:
                    await self._look_at_stream(client.jetstream(timeout=1), committing)

    async def _look_at_stream(self, jetstream: JetStreamContext, reader: Committing) -> None:
        """A reader's place counts in its publisher's stream; not a number while nobody knows."""
        behind = self._behind.labels(f"{reader.publisher}/{reader.reader}")
        try:
            last = (await jetstream.stream_info(stream_of(reader.publisher))).state.last_seq
        except (NatsError, TimeoutError):
            behind.set(float("nan"))
        else:
            behind.set(max(0, last - reader.position.stream_sequence))

    async def _look_at_parked(self) -> None:
        table = f"{self._world.name}_parked"
        rows = await self._world.store.fetch(
            f"select reader, publisher, count(*) as parked from {table} group by reader, publisher"
        )
        self._parked.clear()
        for row in rows:
            self._parked.labels(str(row["reader"]), str(row["publisher"])).set(float(row["parked"] or 0))


def _set(gauge: Gauge, values: Mapping[str, float]) -> None:
    for name, value in values.items():
        gauge.labels(name).set(value)
