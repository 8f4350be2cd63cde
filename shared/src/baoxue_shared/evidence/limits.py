"""What evidence does not prove: the lines of the one page, printed wherever a result is shown."""

import re
from functools import cache
from importlib import resources

_LINE = re.compile(r"^\d+\. (.+) / (.+)$", re.MULTILINE)


@cache
def limits() -> tuple[tuple[str, str], ...]:
    """(zh, en), in order."""
    page = (resources.files("baoxue_shared.evidence") / "limits.md").read_text("utf-8")
    return tuple((found[1], found[2]) for found in _LINE.finditer(page))


def limits_told() -> str:
    lines = (f"  {number}. {zh} / {en}" for number, (zh, en) in enumerate(limits(), 1))
    return "\n".join(("证据不能证明的 / what evidence does not prove:", *lines))
