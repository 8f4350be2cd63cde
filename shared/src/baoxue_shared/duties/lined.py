"""YAML whose mappings remember their line, so that an error names it."""

from typing import Any

import yaml


class CatalogueError(ValueError):
    """The catalogue cannot be used; the message names the line and the reason."""


class Lined(dict[str, Any]):
    """A mapping of the file."""

    line = 0

    def fail(self, reason: str) -> CatalogueError:
        return CatalogueError(f"line {self.line}: {reason}")

    def need(self, field: str) -> Any:  # noqa: ANN401 - YAML
        if field not in self:
            raise self.fail(f"{field!r} is missing")
        return self[field]


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Lined:
    lined = Lined({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    lined.line = node.start_mark.line + 1
    return lined


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_rows(text: str) -> list[Lined]:
    """The rows of a catalogue file. CatalogueError."""
    try:
        rows = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        message = f"no valid YAML: {error}"
        raise CatalogueError(message) from error
    if not isinstance(rows, list) or not all(isinstance(row, Lined) for row in rows):
        message = "line 1: a catalogue is a list of duties"
        raise CatalogueError(message)
    return rows
