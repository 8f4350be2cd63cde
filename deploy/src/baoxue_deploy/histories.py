"""Reads the services' histories from their databases; changes nothing, needs no running service."""

import json
from collections.abc import Mapping
from pathlib import Path

from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.sqlite import SQLiteStore
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Row

from baoxue_deploy.places import SERVICES, Places

SQLITE = "sqlite:///"


class NoHistoryError(Exception):
    """There is no database to read."""


def stores_of(places: Places) -> dict[str, str]:
    """Service → address of its database: as run.json says, else the files that are there. NoHistoryError."""
    if places.run.exists():
        stores: Mapping[str, str] = json.loads(places.run.read_text("utf-8")).get("stores", {})
    else:
        stores = {service: f"{SQLITE}{places.database(service)}" for service in SERVICES}
    found = {service: store for service, store in stores.items() if _there(store)}
    if not found:
        message = f"{places.root} 中没有历史数据库 / no history in {places.root}"
        raise NoHistoryError(message)
    return found


def _there(store: str) -> bool:
    return not store.startswith(SQLITE) or Path(store.removeprefix(SQLITE)).exists()


def open_store(service: str, address: str) -> Store:
    """`sqlite:///<path>` or `postgresql://…`."""
    if address.startswith(SQLITE):
        return SQLiteStore(Path(address.removeprefix(SQLITE)), service)
    return PostgresStore(address, service)


async def read_histories(stores: Mapping[str, str]) -> dict[str, list[Row]]:
    """Service → all its rows, in order of position."""
    histories = {}
    for service, address in stores.items():
        store = open_store(service, address)
        try:
            histories[service] = [row async for row in store.stream()]
        finally:
            await store.close()
    return histories
