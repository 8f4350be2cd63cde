"""The streams, declared in one place: services never declare them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import nats
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from baoxue_shared.contracts.registry import SERVICES

DUPLICATE_WINDOW = 120.0  # seconds
COMPARED = ("subjects", "storage", "retention", "deny_delete", "deny_purge", "allow_direct", "duplicate_window")


def stream_of(service: str) -> str:
    return service.upper()


def stream_config(service: str) -> StreamConfig:
    """Messages are never deleted or purged; the whole stream can be rebuilt from the service's history."""
    return StreamConfig(
        name=stream_of(service),
        subjects=[f"{service}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        duplicate_window=DUPLICATE_WINDOW,
    )


async def provision(nats_url: str) -> dict[str, str]:
    """Create what is missing: service → `created`, `present`, or `differs: <what>` (which it leaves alone)."""
    async with _jetstream(nats_url) as jetstream:
        return {service: await _provision(jetstream, service) for service in SERVICES}


async def _provision(jetstream: JetStreamContext, service: str) -> str:
    wanted = stream_config(service)
    try:
        found = (await jetstream.stream_info(stream_of(service))).config
    except NotFoundError:
        await jetstream.add_stream(wanted)
        return "created"
    different = [name for name in COMPARED if getattr(found, name) != getattr(wanted, name)]
    return f"differs: {', '.join(different)}" if different else "present"


async def rebuild(nats_url: str, service: str) -> None:
    """Throw a service's stream away and make it anew, empty: the service's relay fills it from the history."""
    async with _jetstream(nats_url) as jetstream:
        with suppress(NotFoundError):
            await jetstream.delete_stream(stream_of(service))
        await jetstream.add_stream(stream_config(service))


@asynccontextmanager
async def _jetstream(nats_url: str) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(nats_url, connect_timeout=5)
    try:
        yield client.jetstream()
    finally:
        await client.close()
