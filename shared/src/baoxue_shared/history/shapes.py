"""The shape of every recorded event of a service: topic, version, fields with their types, an example."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from baoxue_shared.audited import Audited

EXAMPLES: dict[object, Any] = {
    UUID: "00000000-0000-4000-8000-000000000001",
    str: "例",
    int: 7,
    float: 7.5,
    bool: True,
    date: "2025-09-01",
    datetime: datetime(2025, 9, 1, tzinfo=UTC).isoformat(),
    bytes: "",
    NoneType: None,
}


class UnknownFieldTypeError(Exception):
    """An event has a field of a type that the history's format does not know."""


def event_classes(package: str) -> Iterator[type[Audited.Event]]:
    """Of all aggregates defined in a package, which is imported whole."""
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        importlib.import_module(module.name)
    for aggregate in sorted(_below(Audited), key=lambda kind: str(vars(kind).get("TOPIC"))):
        if f"{aggregate.__module__}.".startswith(f"{package}."):
            yield from events_of(aggregate)


def events_of(aggregate: type[Audited]) -> Iterator[type[Audited.Event]]:
    for kind in vars(aggregate).values():
        if isinstance(kind, type) and issubclass(kind, Audited.Event) and topic_of(kind):
            yield kind


def _below(kind: type[Any]) -> set[type[Any]]:
    children: Iterable[type[Any]] = kind.__subclasses__()
    return {found for child in children for found in (child, *_below(child))}


def topic_of(kind: type) -> str:
    return str(getattr(kind, "TOPIC", ""))


def version_of(kind: type) -> int:
    return int(getattr(kind, "class_version", 1))


def shape(kind: type[Audited.Event]) -> dict[str, str]:
    """Field to type, structs spelled out, in order of name."""
    hints = get_type_hints(kind)
    return {field.name: _spelled(hints[field.name]) for field in sorted(fields(kind), key=lambda f: f.name)}


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _spelled(kind: Any) -> str:  # noqa: ANN401 - any annotation
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return " | ".join(sorted(_spelled(one) for one in inner))
    if origin is Literal:
        return f"Literal[{', '.join(sorted(map(repr, inner)))}]"
    if origin:
        parts = ("..." if one is Ellipsis else _spelled(one) for one in inner)
        return f"{origin.__name__}[{', '.join(parts)}]"
    if _is_struct(kind):
        parts = (f"{name}: {_spelled(hint)}" for name, hint in get_type_hints(kind).items())
        return f"{kind.__name__}({', '.join(parts)})"
    return str(getattr(kind, "__name__", kind))


def example(kind: type[Audited.Event]) -> dict[str, Any]:
    """A state as the history keeps it, made of the fields' types; `originator_topic` is the aggregate's."""
    hints = get_type_hints(kind)
    state = {field.name: _example(hints[field.name]) for field in fields(kind)}
    if "originator_topic" in state:
        state["originator_topic"] = topic_of(kind).rpartition(".")[0]
    return state


def _example(kind: Any) -> Any:  # noqa: ANN401, PLR0911 - one line for each kind of type; any annotation, any JSON value
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar):
        return EXAMPLES[UUID]
    if origin in {Union, UnionType}:
        return _example(next(one for one in inner if one is not NoneType))
    if origin is Literal:
        return inner[0]
    if origin is dict:
        return {_example(inner[0]): _example(inner[1])}
    if origin is tuple and inner[-1] is not Ellipsis:
        return [_example(one) for one in inner]
    if origin:
        return [_example(inner[0])]
    if _is_struct(kind):
        return {name: _example(hint) for name, hint in get_type_hints(kind).items()}
    if kind not in EXAMPLES:
        raise UnknownFieldTypeError(str(kind))
    return EXAMPLES[kind]
