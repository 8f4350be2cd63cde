"""The notice's own words: 白教联字﹝2018﹞13号, clause by clause."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

_PART = re.compile(r"^([一二三])、")
_SECTION = re.compile(r"^\(([一二三四五六七])\)")
_NUMERALS = "一二三四五六七"


@cache
def clauses() -> Mapping[str, str]:
    """Clause ("1.3") → its text, verbatim."""
    found: dict[str, str] = {}
    part = ""
    for line in (resources.files("baoxue_shared.duties") / "data" / "notice.zh.txt").read_text("utf-8").splitlines():
        if heading := _PART.match(line):
            part = str(_NUMERALS.index(heading[1]) + 1)
        elif part and (section := _SECTION.match(line)):
            found[f"{part}.{_NUMERALS.index(section[1]) + 1}"] = line
    return found


def clause_zh(clause: str) -> str:
    """The clause as the notice writes it: `1.3` → `一（三）`."""
    part, _, section = clause.partition(".")
    return f"{_NUMERALS[int(part) - 1]}（{_NUMERALS[int(section) - 1]}）"
