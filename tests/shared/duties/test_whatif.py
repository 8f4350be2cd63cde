"""What if other settings or rules had been in force: exactly the duties that use them change."""

from datetime import date

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, load_catalogue
from baoxue_shared.duties.whatif import what_if

from tests.shared.duties import county as c
from tests.shared.duties.enacting import Play, world
from tests.shared.duties.test_machine import whole

REAL = load_catalogue(planned_too=True)
SETTINGS = {name: value for duty in REAL for name, value in duty.settings.items()}
PLAYED = (fact for duty in REAL for n in range(len(duty.variants)) for fact in Play(duty, n).facts[4:])
FACTS = [*world(), *map(whole, PLAYED)]


def other(value):
    """A value that is none of ours."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return value[1:]
    known = {"calendar_day": "workday", "none": "next_workday", "28": "27"}
    return known.get(value) or (f"P{int(value[1:-1]) + 1}D" if value.startswith("P") else f"{value[:3]}29")


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_one_setting_changes_exactly_the_rows_that_use_it(name):
    supposed = load_catalogue(settings={name: other(SETTINGS[name])}, planned_too=True)
    using = {duty.id for duty in REAL if name in duty.settings}
    found = what_if(FACTS, Cut(shanghai(date(2026, 9, 5))), REAL, supposed)
    assert set(found.touched) == using
    assert {row.duty_id for row in found.changed} <= using
    assert found.changed or name in {
        "rollcall.roll",
        "holiday.visits",
        "inspector.visits",
        "survey.attempts",
        "leaving.no_reason",
    }


def test_another_catalogue_stands_beside_the_real_answer():
    shorter = load_catalogue(settings={"responsible.first": "P1D"})
    facts = [c.case_opened(date(2025, 9, 6)), c.assigned(date(2025, 9, 9))]
    found = what_if(facts, Cut(shanghai(date(2025, 12, 1))), load_catalogue(), shorter)
    (row,) = found.changed
    assert (row.real.state.value, row.other.state.value) == ("met", "met_late")
    assert len(found.rows) > len(found.changed)
