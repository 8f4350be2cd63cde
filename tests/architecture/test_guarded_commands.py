"""The commands that duties forbid are the services' own; one that lands is no longer planned."""

import inspect
from importlib import import_module

import pytest
from baoxue_shared.command import Command
from baoxue_shared.duties.kinds import data
from baoxue_shared.duties.lined import read

GUARDED = read(data("commands.yaml"))
APPLICATIONS = {"enrollment": "Enrollment", "cases": "Cases", "aid": "Aid", "oversight": "Oversight"}


def fields_of(service, name):
    """Of the command's body; None when the service has no such command."""
    application = getattr(import_module(f"baoxue_{service}.application"), APPLICATIONS[service])
    method = getattr(application, name, None)
    if method is None:
        return None
    parameters = inspect.signature(method, eval_str=True).parameters.values()
    bodies = [p.annotation for p in parameters if isinstance(p.annotation, type) and issubclass(p.annotation, Command)]
    return {field for body in bodies for field in body.model_fields}


@pytest.mark.parametrize("name", GUARDED)
def test_a_guarded_command_has_the_fields_that_its_guard_asks_about(name):
    row = GUARDED[name]
    found = fields_of(row["service"], name)
    if row.get("planned"):
        assert found is None, "it has landed: it is no longer planned"
    else:
        assert found is not None
        assert set(row["fields"]) <= found


def test_the_commands_stand_in_order():
    assert list(GUARDED) == sorted(GUARDED)
