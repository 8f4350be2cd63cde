"""The published vectors, and the second implementation that imports nothing of ours."""

import importlib.util
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from baoxue_shared.evidence.keys import SigningKeys
from baoxue_shared.evidence.log import EvidenceLog
from baoxue_shared.history.opening import open_store
from baoxue_shared.history.store import Store
from baoxue_shared.history.unit import Row, Unit

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def vectors() -> Any:
    return json.loads((HERE / "vectors.json").read_text("utf-8"))


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"evidence_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def independent() -> ModuleType:
    return _module("independent")


@pytest.fixture
async def store(address) -> AsyncIterator[Store]:
    opened = open_store(address("toy"), "toy")
    yield opened
    await opened.close()


@pytest.fixture
def log(store) -> EvidenceLog:
    return EvidenceLog(store, "baoxue/220822/toy", SigningKeys([bytes(range(32))]))


@pytest.fixture
def happen(store) -> Callable[..., Awaitable[None]]:
    """So many events, of a few aggregates in turn: `await happen(300)`."""
    numbers = count()

    def row(number: int, epoch: int) -> Row:
        return Row(
            originator_id=UUID(int=number % 7 + 1),
            originator_version=number // 7 + 1,
            topic="toy.Gate.Visited",
            recorded_at=datetime(2025, 9, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
            actor=f"person-{number % 3}",
            jurisdiction="220822",
            state=f'{{"number":{number}}}'.encode(),
            epoch=epoch,
        )

    async def happened(how_many: int, epoch: int = 1) -> None:
        await store.append(Unit(rows=tuple(row(next(numbers), epoch) for _ in range(how_many))))

    return happened


@pytest.fixture(scope="session")
def scenery() -> ModuleType:
    return _module("scene")


@pytest.fixture
async def scene(gates: Any, county: Any, scenery: ModuleType, tmp_path: Path) -> Any:
    """600 events in three cosigned steps, 5 more that nobody cosigned yet."""
    gates.clock.simulated = False
    made = scenery.Scene(gates, EvidenceLog(gates.store, scenery.NAME, scenery.LOG_KEYS), tmp_path)
    for step in (100, 200, 300):
        await made.record(county, step)
        await made.seal()
        await made.cosign()
    await made.record(county, 5)
    await made.seal()
    return made
