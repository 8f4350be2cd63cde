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
        "finance",
        "payer",
        "inspector",
        "county-government",
        "city-education",
        "auditor",
        "operator",
    ]
)


@cache
def permissions() -> Mapping[str, frozenset[str]]:
    """Operation → roles. ValueError for an unknown role."""
    table = tomllib.loads((resources.files("baoxue_shared.access") / "permissions.toml").read_text("utf-8"))
    found = {operation: frozenset(roles) for section in table.values() for operation, roles in section.items()}
    unknown = frozenset[str]().union(*found.values()) - ROLES
    if unknown:
        message = f"permissions.toml names unknown roles: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return found


def check_permission(actor: Actor, operation: str) -> None:
    """ForbiddenError."""
    roles = permissions()[operation]
    if actor.role not in roles:
        raise ForbiddenError(operation=operation, roles=", ".join(sorted(roles)))
