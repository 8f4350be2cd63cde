"""The toy's history on either store: a module asks for both by parametrizing `store_kind`."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from baoxue_shared.actor import acting_as
from baoxue_shared.history.postgres import PostgresStore


class Office:
    """One process: its own memory and, on PostgreSQL, its own connections."""

    def __init__(self, gates, county):
        self.gates, self.county = gates, county

    async def build(self):
        kind = type(self.gates).build_gate.__wrapped__.__annotations__["command"]
        return (await self.do("build_gate", kind(name="东门"))).id

    async def shut(self, gate, **acting):
        kind = type(self.gates).shut_gate.__wrapped__.__annotations__["command"]
        return await self.do("shut_gate", gate, kind(reason="night"), **acting)

    async def do(self, name, *args, **acting):
        with acting_as(self.county, clock=self.gates.clock, **acting):
            return await getattr(self.gates, name)(*args)


@pytest.fixture
def toy(fresh: Any) -> Any:
    """A fresh database, migrated for the service `toy`: its addresses for two roles."""
    return fresh("toy")


@pytest.fixture
def admin_dsn(toy: Any) -> str:
    return toy.admin


@pytest.fixture
def app_dsn(toy: Any) -> str:
    return toy.app


@pytest.fixture
def store_kind() -> str:
    return "sqlite"


@pytest.fixture
async def gates(gates: Any, store_kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    if store_kind == "sqlite":
        yield gates
        return
    store = PostgresStore(request.getfixturevalue("app_dsn"), "toy")
    yield type(gates)(store, gates.sealer, gates.clock)
    await store.close()


@pytest.fixture
def one(gates, county):
    return Office(gates, county)


@pytest.fixture
async def other(gates, county, store_kind, request):
    store = PostgresStore(request.getfixturevalue("app_dsn"), "toy") if store_kind == "postgresql" else gates.store
    yield Office(type(gates)(store, gates.sealer, gates.clock), county)
    if store is not gates.store:
        await store.close()
