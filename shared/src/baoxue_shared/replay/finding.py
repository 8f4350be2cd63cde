"""Finds rows in the services' databases, for who reads them without a running service."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from baoxue_shared.contracts.registry import SERVICES
from baoxue_shared.history.opening import SCHEMES, UnfitStoreError, open_store
from baoxue_shared.history.store import Store, UnreachableStoreError
from baoxue_shared.history.unit import Row, SqlValue
from baoxue_shared.replay.options import UNREACHABLE, USAGE, VAR, fail

Found = list[tuple[str, Row]]
Finding = Callable[[Store], AsyncIterator[Row]]


def addresses(stores: Sequence[str] | None) -> dict[str, str]:
    """Service → address, as given by `--store` or found under var/. Exit 2 or 3 with what to do."""
    if stores:
        given = {name: address for name, _, address in (store.partition("=") for store in stores)}
        for service, address in given.items():
            if service not in SERVICES or not address.startswith(SCHEMES):
                words = f"--store 应为 <服务>=<地址> / write <service>=<address>: {service}={address}"
                raise fail(f"{words} ({', '.join(SERVICES)}; {', '.join(SCHEMES)})", USAGE)
        return given
    files = {service: VAR / f"{service}.sqlite3" for service in SERVICES}
    found = {service: f"sqlite:///{path.resolve()}" for service, path in files.items() if path.exists()}
    if not found:
        raise fail("没有找到数据库；请用 --store 指明 / no database found: name one by --store", UNREACHABLE)
    return found


async def each_row(stores: Mapping[str, str], finding: Finding) -> AsyncIterator[tuple[str, Row]]:
    """Rows of all services with the service's name, service by service. UnfitStoreError; UnreachableStoreError."""
    for service, address in stores.items():
        store = open_store(address, service)
        async for row in finding(store):
            yield service, row
        await store.close()


def find(stores: Sequence[str] | None, finding: Finding) -> Found:
    """The same at once. Exit 3 where a database cannot be read."""

    async def found() -> Found:
        return [one async for one in each_row(addresses(stores), finding)]

    with readable():
        return asyncio.run(found())


@contextmanager
def readable() -> Iterator[None]:
    """Exit 3 where a database cannot be read."""
    try:
        yield
    except (UnfitStoreError, UnreachableStoreError) as error:
        raise fail(f"数据库无法读取 / the store cannot be read: {error}", UNREACHABLE) from None


def whole() -> Finding:
    """The whole history."""
    return lambda store: store.stream()


def naming(wanted: UUID) -> Finding:
    """Under an id, or naming it: the whole history is read."""
    needle = str(wanted)

    async def finding(store: Store) -> AsyncIterator[Row]:
        async for row in store.stream():
            if needle in f"{row.originator_id} {row.state.decode()}":
                yield row

    return finding


def about(wanted: UUID) -> Finding:
    """Of the thing with this id, and of what was begun about the child with this id; by indexes."""

    async def finding(store: Store) -> AsyncIterator[Row]:
        for identity in dict.fromkeys([wanted, *await store.things_of(wanted)]):
            for row in await store.rows_of(identity):
                yield row

    return finding


def where(condition: str, params: Mapping[str, SqlValue]) -> Finding:
    """Whose columns fit."""
    return lambda store: store.rows_where(condition, params)


def event(id: str) -> Finding:
    """All rows of the thing to which the event `<service>:<epoch>:<position>` belongs, up to it."""
    service, _, place = id.partition(":")
    epoch, _, position = place.partition(":")
    if service not in SERVICES or not (epoch.isdigit() and position.isdigit()):
        raise fail(f"不是事件编号 / not an event's id (<service>:<epoch>:<position>): {id}", USAGE)

    async def finding(store: Store) -> AsyncIterator[Row]:
        rows = await store.rows(after=int(position) - 1, limit=1) if store.service == service else []
        for one in rows:
            if (one.epoch, one.position) == (int(epoch), int(position)):
                for row in await store.rows_of(one.originator_id):
                    if row.originator_version <= one.originator_version:
                        yield row

    return finding
