"""The services, and the module of contracts that each publishes: one line for one more service."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from baoxue_shared.contracts.base import Contract, contracts_of

SERVICES = ("enrollment", "cases", "aid", "oversight")


@cache
def published_by(service: str) -> tuple[type[Contract], ...]:
    """Contracts in the order they stand in `contracts/<service>`."""
    return contracts_of(import_module(f"baoxue_shared.contracts.{service}"))


@cache
def contract_types() -> Mapping[str, type[Contract]]:
    """CloudEvents type → contract, of all services."""
    return {contract.type_name(): contract for service in SERVICES for contract in published_by(service)}
