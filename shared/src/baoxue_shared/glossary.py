"""Every name, once: what code, screens and papers call a thing, and which law says so."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `glossary.toml`."""

    en: str
    zh: str
    law: str
    means: str
    also: tuple[str, ...] = ()  # other words for the same thing
    values: dict[str, str] = {}  # what it can be, in Chinese by the code's word


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((resources.files("baoxue_shared") / "glossary.toml").read_text("utf-8"))


@cache
def laws() -> Mapping[str, str]:
    """Abbreviation in a term's `law` → the law's name."""
    return MappingProxyType(_file()["laws"])


@cache
def terms() -> Mapping[str, Term]:
    """By English name."""
    found = msgspec.convert(_file()["term"], tuple[Term, ...])
    return MappingProxyType({term.en: term for term in found})


def value_words(*names: str) -> dict[str, list[str]]:
    """Chinese and English words for all values of these terms, by the code's word."""
    return {value: [zh, value.replace("_", " ")] for name in names for value, zh in terms()[name].values.items()}
