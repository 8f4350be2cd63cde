"""The facts of the record, from the databases by the services' own code, or from the streams."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

import msgspec
import nats.errors

from baoxue_shared.duties import Fact, fact_of
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.messaging.cloudevents import heard_of
from baoxue_shared.messaging.publishing import Published, contract_of
from baoxue_shared.replay.asof import GROUP, learn_services
from baoxue_shared.replay.finding import find, whole
from baoxue_shared.replay.options import UNREACHABLE, fail
from baoxue_shared.replay.streams import facts_of_streams


def streamed(nats_url: str) -> list[Fact]:
    """Exit 3 where the broker cannot be reached."""

    async def listened() -> list[Fact]:
        return [fact async for fact in facts_of_streams(nats_url)]

    try:
        return asyncio.run(listened())
    except (OSError, nats.errors.Error) as error:
        raise fail(f"NATS 无法连接 / not reachable: {nats_url} ({type(error).__name__})", UNREACHABLE) from None


def recorded(stores: Sequence[str] | None) -> list[Fact]:
    """What the services publish of their histories. Exit 3 without a database or a service's program."""
    learn_services()
    mapper, facts = Mapper(), []
    published = {point.name: _published(point.module) for point in entry_points(group=GROUP)}
    for service, row in find(stores, whole()):
        if service not in published:
            raise fail(f"需要 {service} 的程序 / the program of {service} is needed", UNREACHABLE)
        event = mapper.to_event(row)
        heard = heard_of(service, row, event)
        if (contract := contract_of(published[service], event, heard)) is not None:
            facts.append(fact_of(msgspec.structs.replace(heard, body=contract)))
    return facts


def _published(main: str) -> Published:
    published: Published = import_module(f"{main.rpartition('.')[0]}.publishing").PUBLISHED
    return published
