"""The published vectors, and the second implementation that imports nothing of ours."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def vectors() -> Any:
    return json.loads((HERE / "vectors.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def independent() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence_independent", HERE / "independent.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
