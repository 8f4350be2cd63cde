"""Mapping files: which column of an office's file is what. Ours come with the service; a county can write its own."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from baoxue_shared.errors import InvalidInputError


class UnknownSourceError(InvalidInputError):
    """No mapping file has this name."""


class BadSourceError(InvalidInputError):
    """A county's mapping file cannot be read."""


class MissingColumnsError(InvalidInputError):
    """A file lacks columns that this import needs."""


class Needed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`all` of these, and one of `any`."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping file: our name of a column → the heads that mean it, the first one there counts."""

    title: str
    columns: dict[str, tuple[str, ...]]
    needed: Needed = Needed()

    def head(self, column: str) -> str:
        """As the office knows the column."""
        return self.columns[column][0]

    def places(self, heads: Sequence[str]) -> dict[str, int]:
        """Our name of a column → its place in the file."""
        found = {column: [heads.index(h) for h in names if h in heads] for column, names in self.columns.items()}
        return {column: places[0] for column, places in found.items() if places}

    def missing(self, heads: Sequence[str]) -> list[str]:
        """Heads that a file would need and does not have."""
        there = self.places(heads)
        lacking = [self.head(column) for column in self.needed.all if column not in there]
        alternatives = self.needed.any
        if alternatives and not any(column in there for column in alternatives):
            lacking.append(" / ".join(map(self.head, alternatives)))
        return lacking


def read_source(name: str, kind: str, folder: Path | None = None) -> Source:
    """The county's own mapping file of that name, else ours. It names the columns that `kind` has.

    UnknownSourceError; BadSourceError.
    """
    ours = msgspec.convert(_told(resources.files("baoxue_enrollment.imports") / "sources" / f"{kind}.toml"), Source)
    if name == kind:
        return ours
    own = folder / f"{name}.toml" if folder and name.isidentifier() else None
    if own is None or not own.is_file():
        raise UnknownSourceError(source=name)
    try:
        source = msgspec.convert(_told(own), Source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSourceError(source=name, problem=str(error)) from error
    strange = sorted(source.columns.keys() - ours.columns.keys())
    if strange:
        raise BadSourceError(source=name, problem=f"columns: {', '.join(strange)}")
    return msgspec.structs.replace(source, needed=ours.needed)


def _told(path: Any) -> dict[str, Any]:  # noqa: ANN401 - a Path, or a resource
    return tomllib.loads(path.read_text("utf-8"))
