"""Which missed or violated duty raises a finding is data."""

from datetime import date

import msgspec
import pytest
from baoxue_shared.duties import CatalogueError, DutyState, State, load_catalogue
from baoxue_shared.duties.findings import finding_against, read_policy

DUTIES = {duty.id: duty for duty in load_catalogue()}
MISSED = DutyState(
    "D-2.1-april-survey", "2.1", "220822100", "area=220822100/year=2025", "220822100", State.MISSED, date.min
)


def test_a_missed_survey_is_the_township_s_and_names_who_was_responsible():
    named = msgspec.structs.replace(MISSED, persons=("p1",))
    found = finding_against(DUTIES["D-2.1-april-survey"], named)
    assert (found.body, found.persons) == ("220822100", ("p1",))


@pytest.mark.parametrize("duty_id", ["D-1.3-guardian-duty", "D-2.5-society", "D-2.2-restore"])
def test_guardians_what_is_encouraged_and_what_is_only_recorded_raise_none(duty_id):
    assert finding_against(DUTIES[duty_id], MISSED) is None


def test_every_other_row_raises_one():
    raising = [duty.id for duty in DUTIES.values() if finding_against(duty, MISSED)]
    assert len(raising) == 77


def test_another_policy_names_the_county():
    rules = read_policy("- {duties: [D-2.1], states: [missed], raise: true, against: county_government, person: none}")
    named = msgspec.structs.replace(MISSED, persons=("p1",))
    found = finding_against(DUTIES["D-2.1-april-survey"], named, rules)
    assert (found.body, found.persons) == ("220822", ())
    assert finding_against(DUTIES["D-3.1-bulletins"], named, rules) is None


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("- {raise: true, against: moon}", "line 1: unknown body 'moon'"),
        ("- {raise: true, states: [met]}", "line 1: a finding is raised on missed or violated, not on 'met'"),
        ("- {states: [missed]}", "line 1: 'raise' is missing"),
        ("- {raise: true, colour: red}", "line 1: unknown field 'colour'"),
        ("- {raise: true, person: me}", "line 1: unknown person 'me'"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(rule, reason):
    with pytest.raises(CatalogueError, match=reason):
        read_policy(rule)
