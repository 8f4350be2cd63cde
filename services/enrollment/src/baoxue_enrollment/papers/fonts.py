"""The fonts of all papers: Noto Serif SC and Noto Sans SC (OFL), installed with the service."""

from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

Pieces = list[str | None]


def folder() -> Path:
    """Where the package of the fonts lies."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent


@cache
def _drawn() -> frozenset[int]:
    """Code points that one of the fonts can draw."""
    drawn: set[int] = set()
    for path in folder().glob("*.otf"):
        with TTFont(path, lazy=True) as font:
            drawn |= set(font.getBestCmap() or ())
    return frozenset(drawn)


def pieces(text: str) -> Pieces:
    """The text cut at characters that no font can draw; each of those is None: written in by hand."""
    found: Pieces = []
    for character in text:
        if ord(character) not in _drawn():
            found.append(None)
        elif found and found[-1] is not None:
            found[-1] += character
        else:
            found.append(character)
    return found


def lacking(text: str) -> list[str]:
    """`U+20BB7` for each such character."""
    return [f"U+{ord(character):04X}" for character in text if ord(character) not in _drawn()]
