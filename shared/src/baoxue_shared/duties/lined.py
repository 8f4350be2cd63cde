"""YAML whose mappings remember their lines, so that an error names the very one."""

from typing import Any

import yaml


class CatalogueError(ValueError):
    """The catalogue cannot be used; the message names the line and the reason."""


class Lined(dict[str, Any]):
    """A mapping of the file."""

    line = 0
    lines: dict[str, int] = {}  # noqa: RUF012 - replaced, never changed

    def fail(self, reason: str, field: str = "") -> CatalogueError:
        """An error at a field's line, else at the line where the mapping begins."""
        return CatalogueError(f"line {self.lines.get(field, self.line)}: {reason}")

    def need(self, field: str) -> Any:  # noqa: ANN401 - YAML
        if field not in self:
            raise self.fail(f"{field!r} is missing")
        return self[field]

    def only(self, fields: frozenset[str]) -> None:
        """CatalogueError for a field that nobody reads."""
        for field in self:
            if field not in fields:
                raise self.fail(f"unknown field {field!r}; there are {', '.join(sorted(fields))}", field)

    def without(self, *fields: str) -> "Lined":
        """The same mapping with less in it."""
        return self.over({name: value for name, value in self.items() if name not in fields})

    def over(self, given: dict[str, Any]) -> "Lined":
        """Other content at the same place of the file."""
        made = Lined(given)
        made.line, made.lines = self.line, self.lines
        return made


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Lined:
    lined = Lined({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    lined.line = node.start_mark.line + 1
    lined.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return lined


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(text: str) -> Any:  # noqa: ANN401 - YAML
    """Any YAML document, its mappings lined. CatalogueError."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"line {mark.line + 1 if mark else 1}: no valid YAML: {error}"
        raise CatalogueError(message) from error


def read_rows(text: str) -> list[Lined]:
    """The rows of a catalogue file. CatalogueError."""
    rows = read(text)
    if not isinstance(rows, list) or not all(isinstance(row, Lined) for row in rows):
        message = "line 1: a catalogue is a list of duties"
        raise CatalogueError(message)
    return rows
