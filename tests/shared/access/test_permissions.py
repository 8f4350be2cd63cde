"""One declarative table says who may do what."""

import pytest
from baoxue_shared.access.permissions import PUBLIC, ROLES, check_permission, permissions
from baoxue_shared.actor import Actor
from baoxue_shared.errors import ForbiddenError

SERVICES = ("enrollment", "cases", "aid", "oversight")


@pytest.mark.parametrize("service", SERVICES)
def test_the_table_names_only_roles_of_the_surface(service) -> None:
    assert frozenset().union(*permissions(service).values()) <= ROLES | PUBLIC
    assert len(ROLES) == 18  # the surface's, and the disabled persons' federation (decision 0017)
    assert all(permissions(service).values())


def test_one_service_s_line_says_nothing_about_another_service() -> None:
    assert "import_household_register" in permissions("enrollment")
    assert "import_household_register" not in permissions("cases")
    assert "read_history" in permissions("cases")


def test_a_role_outside_the_line_is_refused_with_the_roles_that_may() -> None:
    police = Actor("p", "police", "220822", "220822")
    with pytest.raises(ForbiddenError) as refused:
        check_permission(police, "enrollment", "import_household_register")
    assert refused.value.words == {"operation": "import_household_register", "roles": "county-education, township"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_auditor_changes_nothing(service) -> None:
    reading = ("read_", "list_", "ask_", "show_", "get_", "find_", "open_console")
    changing = {o for o, roles in permissions(service).items() if "auditor" in roles and not o.startswith(reading)}
    assert changing == set()
