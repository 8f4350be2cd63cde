"""What is wrong with a field, in the reader's language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def _words() -> dict[str, str]:
    return tomllib.loads((resources.files("baoxue_shared") / "fields.toml").read_text("utf-8"))


def field_problem(error: Mapping[str, Any], language: str = "zh") -> str:
    """One of pydantic's `errors()`, told in `zh` or `en`."""
    if language == "en":
        return str(error["msg"])
    kind = str(error["type"])
    if kind == "value_error":  # a validator of ours: its own words
        return str(error["ctx"]["error"])
    words = _words()
    text = words.get(kind) or words.get(kind.partition("_")[0]) or words["other"]
    return text.format_map(error.get("ctx") or {})
