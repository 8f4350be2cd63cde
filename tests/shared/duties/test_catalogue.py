"""The catalogue is checked when it is read; an error says the line and what to write."""

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
  due: {{after: trigger, days: 15}}
"""
GOOD = {
    "text": "劝学工作",
    "body": "school",
    "trigger": "SemesterOpened",
    "requires": "{event: RollCallClosed}",
}


def read(**changed):
    return load_catalogue(ROW.format(**(GOOD | changed)))


def test_the_product_s_own_catalogue_is_right():
    assert [d.id for d in load_catalogue()] == [
        "D-2.1-april-survey",
        "D-1.3-rollcall-15",
        "D-3.1-bulletins",
        "D-3.2-person-for-child",
    ]


def test_a_right_row_is_read():
    assert read()[0].id == "D-x"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"text": "通知里没有的话"}, "line 2: clause 1.3 of the notice does not contain the text"),
        ({"body": "headmaster"}, "line 7: unknown body 'headmaster'; there are city_government"),
        ({"trigger": "SchoolExploded"}, "line 9: unknown event type 'SchoolExploded'"),
        ({"requires": "{event: Gone}"}, "line 10: unknown event type 'Gone'"),
        ({"requires": "{hope: RollCallClosed}"}, "line 10: unknown operator"),
        ({"requires": "{event: RollCallClosed, where: {colour: red}}"}, "RollCallClosed has no field 'colour'"),
        (
            {"requires": "{each: {member: child, of: listed_pupils}, any_of: [{event: AbsenceCauseVerified}]}"},
            "silence would meet it",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_line_and_reason(changed, reason):
    with pytest.raises(CatalogueError, match=reason.replace("(", r"\(")):
        read(**changed)


def test_an_id_used_twice_is_refused():
    text = ROW.format(**GOOD)
    with pytest.raises(CatalogueError, match="D-x stands twice"):
        load_catalogue(text + text)


def test_a_setting_replaces_the_default_and_is_named():
    strict = next(d for d in load_catalogue(settings={"bulletin.days": 5}) if d.id == "D-3.1-bulletins")
    assert strict.due.days == 5
    assert strict.settings == ("bulletin.days",)
