"""One declarative table says who may do what."""

import tomllib
from importlib import resources

import pytest
from baoxue_shared.access.permissions import ROLES, check_permission, permissions
from baoxue_shared.actor import Actor
from baoxue_shared.errors import ForbiddenError


def sections() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((resources.files("baoxue_shared.access") / "permissions.toml").read_text("utf-8"))


def test_the_table_names_only_roles_of_the_surface() -> None:
    assert frozenset().union(*permissions().values()) <= ROLES
    assert len(ROLES) == 17


def test_an_operation_of_two_services_has_the_same_roles_in_both() -> None:
    """The table is asked by operation alone: a second, wider line would silently widen the first."""
    for service, table in sections().items():
        for operation, roles in table.items():
            assert permissions()[operation] == frozenset(roles), f"{service}.{operation}"


def test_every_operation_has_somebody_who_may_do_it() -> None:
    assert all(permissions().values())


def test_a_role_outside_the_line_is_refused_with_the_roles_that_may() -> None:
    police = Actor("p", "police", "220822", "220822")
    with pytest.raises(ForbiddenError) as refused:
        check_permission(police, "import_household_register")
    assert refused.value.words == {"operation": "import_household_register", "roles": "county-education, township"}


def test_an_auditor_changes_nothing() -> None:
    reading = ("read_", "list_", "ask_", "show_", "get_", "find_")
    changing = {o for o, roles in permissions().items() if "auditor" in roles and not o.startswith(reading)}
    assert changing == set()
