"""Which event types duties may name: the published contracts, and those planned in `data/planned.yaml`."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import contract_types
from baoxue_shared.duties.lined import read

LEVELS: Mapping[str, int] = {"city": 4, "county": 6, "area": 9, "township": 9, "village": 12}
FIELDS: Mapping[str, tuple[str, ...]] = {"bearer": ("body",), "school_year": ("school_year", "year")}
Teller = str | int  # a field's name, or how many digits of the area


def data(name: str) -> str:
    """A file of the catalogue."""
    return (resources.files("baoxue_shared.duties") / "data" / name).read_text("utf-8")


@cache
def contracts() -> Mapping[str, type[Contract]]:
    """Class name → published contract."""
    return {contract.__name__: contract for contract in contract_types().values()}


@cache
def planned() -> Mapping[str, frozenset[str]]:
    """Event types that rows already name, with the fields they will carry; a contract that lands wakes its rows."""
    return {kind: frozenset(row["fields"]) for kind, row in read(data("planned.yaml")).items()}


def fields_of(kind: str) -> frozenset[str] | None:
    """None for an unknown event type."""
    published = contracts().get(kind)
    if published is None and kind not in planned():
        return None
    return frozenset(published.model_fields if published else ()) | planned().get(kind, frozenset()) | {"area"}


def lacking(kind: str, field: str) -> str | None:
    """What has to land before the field of an event can be read; None when it is there."""
    published = contracts().get(kind)
    if published is None:
        return kind
    return None if field in published.model_fields or not field else f"{kind}.{field}"


@cache
def teller(kind: str, name: str) -> Teller | None:
    """How events of a kind tell a name that duties are counted by; None if they do not."""
    if name in LEVELS:
        return LEVELS[name]
    fields = fields_of(kind) or frozenset()
    tried = FIELDS.get(name, (name, f"{name}_id"))
    return next((field for field in tried if field in fields), None)
