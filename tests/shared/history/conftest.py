"""The toy's history on either store: a module asks for both by parametrizing `store_kind`."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from baoxue_shared.history.postgres import PostgresStore


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
