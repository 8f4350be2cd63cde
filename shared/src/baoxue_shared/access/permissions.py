"""Who may do what: one declarative table."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from baoxue_shared.actor import Actor
from baoxue_shared.errors import ForbiddenError

ROLES = frozenset(
    [
        "county-education",
        "county-education-2",
        "township",
        "village-cadre",
        "school",
        "teacher",
        "police",
        "civil-affairs",
        "justice",
        "human-resources",
        "disabled-federation",
        "finance",
        "payer",
        "inspector",
        "county-government",
        "city-education",
        "auditor",
        "operator",
    ]
)
PUBLIC = frozenset({"public"})


@cache
def permissions(service: str) -> Mapping[str, frozenset[str]]:
    """Operation → roles, of one service and of what all share. ValueError for an unknown role."""
    table = tomllib.loads((resources.files("baoxue_shared.access") / "permissions.toml").read_text("utf-8"))
    lines = table["shared"] | table.get(service, {})
    found = {operation: frozenset(roles) for operation, roles in lines.items()}
    unknown = frozenset[str]().union(*found.values()) - ROLES - PUBLIC
    if unknown:
        message = f"permissions.toml names unknown roles: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return found


def check_permission(actor: Actor, service: str, operation: str) -> None:
    """ForbiddenError."""
    roles = permissions(service)[operation]
    if actor.role not in roles:
        raise ForbiddenError(operation=operation, roles=", ".join(sorted(roles)))
