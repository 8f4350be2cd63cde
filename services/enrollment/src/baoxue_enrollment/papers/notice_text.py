"""What the notice tells guardians, by version: quotations of the law, word for word."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def notice_text(version: str) -> Mapping[str, Any]:
    """Duties, liabilities and rights of a version. KeyError for one that never was."""
    source = resources.files("baoxue_enrollment.papers") / "notice_text.toml"
    text: Mapping[str, Any] = tomllib.loads(source.read_text("utf-8"))[version]
    return text
