"""The streams, declared in one place: services never declare them."""

import nats
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

SERVICES = ("enrollment", "cases", "aid", "oversight")
DUPLICATE_WINDOW = 120.0  # seconds


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
    """Create what is missing: service → `created` or `present`."""
    report = {}
    client = await nats.connect(nats_url, connect_timeout=5)
    try:
        jetstream = client.jetstream()
        for service in SERVICES:
            try:
                await jetstream.stream_info(stream_of(service))
                report[service] = "present"
            except NotFoundError:
                await jetstream.add_stream(stream_config(service))
                report[service] = "created"
    finally:
        await client.close()
    return report
