"""The catalogue is checked when it is read; an error says the line and what to write."""

import re

import pytest
from baoxue_shared.duties import CatalogueError, load_catalogue

ROW = """
- id: D-x
  clause: "1.3"
  text: {text}
  title: {{zh: 甲, en: A}}
  valid_from: 2018-11-29
  bearer: {{body: {body}}}
  per: [school, semester]
  trigger: {{event: {trigger}}}
  requires: {requires}
  due: {due}
  {more}
"""
GOOD = {
    "text": "劝学工作",
    "body": "school",
    "trigger": "SemesterOpened",
    "requires": "{event: RollCallClosed}",
    "due": "{after: trigger, days: 15}",
    "more": "",
}


def read(**changed):
    return load_catalogue(ROW.format(**(GOOD | changed)))


def test_the_product_s_own_catalogue_is_right():
    ids = {duty.id for duty in load_catalogue()}
    assert ids >= {"D-2.1-april-survey", "D-1.3-rollcall-15", "D-3.1-bulletins", "D-3.2-person-for-child"}


def test_a_right_row_is_read():
    assert next(iter(read())).id == "D-x"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"text": "通知里没有的话"}, "line 4: clause 1.3 of the notice does not contain the text"),
        ({"body": "headmaster"}, "line 7: unknown body 'headmaster'; there are city_government"),
        ({"trigger": "SchoolExploded"}, "line 9: unknown event type 'SchoolExploded'"),
        ({"requires": "{event: Gone}"}, "line 10: unknown event type 'Gone'"),
        ({"requires": "{hope: RollCallClosed}"}, "line 10: unknown operator"),
        ({"requires": "{event: RollCallClosed, where: {colour: red}}"}, "RollCallClosed has no field 'colour'"),
        (
            {"requires": "{each: {member: child, of: listed_pupils}, any_of: [{event: AbsenceCauseVerified}]}"},
            "line 10: impossible rule: silence would meet it",
        ),
        ({"requires": "{any_of: []}"}, "line 10: any_of is a list with something in it"),
        ({"requires": "{count: RollCallClosed, min: 0}"}, "line 10: impossible rule: silence would meet it"),
        ({"requires": "{count: RollCallClosed, min: many}"}, "line 10: min is a whole number"),
        ({"requires": "{each: {member: child, of: everybody}, event: RollCallClosed}"}, "unknown set 'everybody'"),
        ({"requires": "{all_of: [{never: [RollCallClosed]}]}"}, "cover and never stand alone"),
        ({"requires": "{never: [RollCallClosed]}"}, "line 11: impossible rule: a prohibition has no day"),
        ({"requires": "{ratio: [pupils, teachers], min: 1/10, when_base_zero: excused}"}, "unknown quantity 'pupils'"),
        (
            {"requires": "{ratio: [teachers_rotated, teachers_eligible], min: 3/2, when_base_zero: excused}"},
            "impossible rule: a share of 3/2",
        ),
        ({"due": "{after: period_end, days: 3}"}, "line 11: impossible rule: days after the trigger need an event"),
        ({"due": "{at: window_end}"}, "line 11: impossible rule: what an event starts has no end of its own"),
        ({"due": "{after: trigger, days: -1}"}, "line 11: days is a whole number from 0 on, not -1"),
        ({"due": "{after: trigger, days: 3, unit: moon}"}, "line 11: unknown unit 'moon'"),
        ({"due": "{by: 13-01}"}, "line 11: a day of the year is such as 08-31"),
        ({"due": "{field: colour}"}, "line 11: SemesterOpened has no field 'colour'"),
        ({"due": "continuous"}, "line 11: impossible rule: a cover, and only a cover, is due continuously"),
        ({"more": "color: red"}, "line 12: unknown field 'color'"),
        ({"more": "force: maybe"}, "line 12: unknown force 'maybe'; there are must, encouraged"),
        ({"more": "consequence: [prison]"}, "line 12: unknown consequence 'prison'"),
        ({"more": "source: {due: gossip}"}, "line 12: unknown source 'gossip'"),
        ({"more": "void_by: [Nothing]"}, "unknown event type 'Nothing'"),
        ({"more": "valid_to: 2018-01-01"}, "line 12: impossible rule: valid_to 2018-01-01 is before valid_from"),
        ({"more": "excuse: [{event: RollCallClosed, effect: pray}]"}, "line 12: unknown effect 'pray'"),
        ({"more": "excuse: [{event: RollCallClosed, effect: stop_clock}]"}, "names the event that `ends` it"),
    ],
)
def test_a_wrong_row_is_refused_with_line_and_reason(changed, reason):
    with pytest.raises(CatalogueError, match=re.escape(reason)):
        read(**changed)


def test_an_id_used_twice_is_refused():
    text = ROW.format(**GOOD)
    with pytest.raises(CatalogueError, match="line 14: overlapping validity: duty D-x stands twice"):
        load_catalogue(text + text)


def test_a_setting_replaces_the_default_and_is_named():
    strict = next(d for d in load_catalogue(settings={"bulletin.days": 5}) if d.id == "D-3.1-bulletins")
    assert strict.due.days == 5
    assert strict.settings == {"bulletin.days": 5}


def test_two_versions_of_a_row_may_follow_each_other():
    old = ROW.format(**(GOOD | {"more": "valid_to: 2024-12-31"}))
    new = ROW.format(**GOOD).replace("2018-11-29", "2025-01-01")
    assert [duty.valid_from.year for duty in load_catalogue(old + new)] == [2018, 2025]


def test_a_setting_with_two_defaults_is_refused():
    rows = [
        ROW.format(**(GOOD | {"due": f"{{after: trigger, days: {{default: {n}, setting: days}}}}"})) for n in (3, 4)
    ]
    with pytest.raises(CatalogueError, match="line 14: setting days has two defaults: 3, 4"):
        load_catalogue(rows[0] + rows[1].replace("D-x", "D-y"))


def test_broken_yaml_names_its_line():
    with pytest.raises(CatalogueError, match="line 3: no valid YAML"):
        load_catalogue("- id: D-x\n  clause: '1.3'\n  text: [")


def test_a_row_waits_for_contracts_and_fields_that_are_only_planned():
    waiting = next(iter(read(requires="{event: LayoutPlanAdopted, at: planning_period, within: start}")))
    assert waiting.waiting_for == ("LayoutPlanAdopted",)
    assert waiting.waits
    excused = next(iter(read(more="excuse: [{event: LayoutPlanAdopted, effect: excuse}]")))
    assert not excused.waits
