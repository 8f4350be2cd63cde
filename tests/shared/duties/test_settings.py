"""A county's dated settings stand over the catalogue's defaults, for its own duties only."""

from datetime import date

import pytest
from baoxue_shared.duties import load_catalogue
from baoxue_shared.duties.settings import Settings

from tests.shared.duties.rules import Asked
from tests.shared.duties.test_operators import concluded

SET = {"due": "{after: trigger, days: {default: 3, setting: report.days}}"}
HERE = [{"value": 5, "area": "2208"}, {"value": 9, "area": "220822", "since": "2025-09-10"}]


@pytest.mark.parametrize(
    ("day", "due"), [(date(2025, 9, 9), date(2025, 9, 14)), (date(2025, 9, 10), date(2025, 9, 19))]
)
def test_the_nearest_jurisdiction_s_latest_value_holds(day, due):
    assert Asked(concluded(day), settings={"report.days": HERE}, **SET).on(day).due_on == due


def test_another_county_keeps_the_default():
    assert Settings({"report.days": HERE}).value("report.days", 3, "2222", date(2025, 9, 10)) == 3


def test_a_value_for_everybody():
    assert Asked(concluded(date(2025, 9, 1)), settings={"report.days": 4}, **SET).on(date(2025, 9, 1)).due_on.day == 5


def test_a_setting_that_is_no_setting_is_refused():
    with pytest.raises(ValueError, match=r"setting report\.days: a value, or a list of value, area, since"):
        load_catalogue(settings={"report.days": [{"worth": 3}]})
