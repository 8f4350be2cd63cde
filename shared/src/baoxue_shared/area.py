"""Jurisdictions: administrative division codes (GB/T 2260 and below), compared by whole levels."""

from functools import lru_cache
from typing import Literal

Level = Literal["city", "county", "township", "village"]
LEVELS: dict[int, Level] = {4: "city", 6: "county", 9: "township", 12: "village"}


def level(code: str) -> Level:
    """A code's length gives its level; zeros are never stripped. ValueError for anything else."""
    if not code.isdigit() or len(code) not in LEVELS:
        message = f"{code!r} is no division code: 4 digits city, 6 county, 9 township, 12 village"
        raise ValueError(message)
    return LEVELS[len(code)]


@lru_cache(10_000)
def within(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies in it."""
    level(outer)
    level(inner)
    return inner.startswith(outer)


def county_of(code: str) -> str:
    """The county's code, or the city's for an act of the city: the token of a subject."""
    return code if level(code) == "city" else code[:6]
