"""Who may still hold what a backup lacks: the present databases, the services, their streams, readers, witnesses."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import nats
import nats.errors
from baoxue_shared.evidence.target import ServiceTarget, Target, UnreachableTargetError, open_target
from baoxue_shared.history.opening import UnfitStoreError, open_store
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.history.unit import Place
from baoxue_shared.messaging.cloudevents import place_of
from baoxue_shared.messaging.provision import stream_of
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from baoxue_deploy.places import SERVICES, Places, nats_url, url
from baoxue_deploy.restoring import Holders

WITHIN = 4.0  # seconds to reach the broker


def holders_of(
    places: Places, service: str, present: Mapping[str, str], receipts: Sequence[Path], notes: Sequence[str]
) -> Holders:
    """`present`: service → address of its present database; `notes`: checkpoints that were kept."""
    witnesses = sorted(places.keys.glob("*.witness.sqlite3")) if places.keys.exists() else []
    targets = _targets(service, present)
    return Holders(targets, receipts, _streamed(service), asyncio.run(_heard(service, present)), witnesses, notes)


def _targets(service: str, present: Mapping[str, str]) -> dict[str, Target]:
    """The present database and the running service, where they are there."""
    found: dict[str, Target] = {}
    with suppress(UnreachableTargetError):
        if service in present:
            found["现库 / the present database"] = open_target(present[service])
    with suppress(UnreachableTargetError):
        found["服务 / the service"] = ServiceTarget(url(service))
    return found


async def _heard(publisher: str, present: Mapping[str, str]) -> dict[str, Place]:
    """How far the other services' readers have come with this one."""
    found: dict[str, Place] = {}
    for service, address in present.items():
        with suppress(UnfitStoreError, UnreachableStoreError):
            store = open_store(address, service)
            sql = f"select reader, epoch, position from {service}_positions where publisher = :publisher"
            for row in await store.fetch(sql, {"publisher": publisher}) if service != publisher else ():
                found[f"{service}/{row['reader']!s}"] = int(row["epoch"] or 0), int(row["position"] or 0)
            await store.close()
    return found


def _streamed(service: str) -> dict[Place, str]:
    """Place → contract of what the stream holds; nothing where the broker is away."""
    if service not in SERVICES:
        return {}
    with suppress(OSError, nats.errors.Error, TimeoutError, NotFoundError):
        return asyncio.run(_places(service))
    return {}


async def _places(service: str) -> dict[Place, str]:
    connecting = nats.connect(nats_url(), connect_timeout=2, allow_reconnect=False, error_cb=_quietly)
    client = await asyncio.wait_for(connecting, WITHIN)
    found: dict[Place, str] = {}
    try:
        jetstream = client.jetstream()
        last = (await jetstream.stream_info(stream_of(service))).state.last_seq
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, headers_only=True)
        subscription = await jetstream.subscribe(
            f"{service}.>", stream=stream_of(service), ordered_consumer=True, config=config
        )
        for _ in range(last):
            message = await subscription.next_msg(timeout=5)
            found[place_of((message.headers or {})["Nats-Msg-Id"])] = message.subject
    finally:
        await client.close()
    return found


async def _quietly(_: Exception) -> None:
    """That the broker is away is told once, not for each try."""
