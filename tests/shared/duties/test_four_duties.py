"""The first four duties of the catalogue, at instants reckoned by hand."""

from datetime import date
from uuid import UUID

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, State

from tests.shared.duties import county as c

SURVEY = ("D-2.1-april-survey", f"area={c.TOWN}/year=2025")
ROLL = ("D-1.3-rollcall-15", f"school={c.SCHOOL}/semester=2025-autumn")
PERSON = ("D-3.2-person-for-child", f"case={UUID(int=7)}")
BULLETIN = ("D-3.1-bulletins", f"bearer={c.SCHOOL}/period=2025-09")


def test_the_april_survey_is_met_when_every_household_was_visited_and_the_township_closed():
    visits = [c.surveyed(1, date(2025, 4, 8)), c.surveyed(2, date(2025, 4, 9))]
    made = c.engine(c.year(), c.household(1), c.household(2), *visits, c.survey_closed(date(2025, 4, 24)))
    assert c.state(made, *SURVEY, date(2025, 4, 23)).state is State.PENDING
    met = c.state(made, *SURVEY, date(2025, 4, 24))
    assert (met.state, met.due_on, len(met.rests_on)) == (State.MET, date(2025, 4, 30), 3)


def test_one_household_left_over_is_a_missed_survey_that_says_how_far_it_came():
    made = c.engine(
        c.year(),
        *map(c.household, range(1, 5)),
        *(c.surveyed(n, date(2025, 4, 8)) for n in range(1, 4)),
        c.survey_closed(date(2025, 4, 24)),
    )
    pending = c.state(made, *SURVEY, date(2025, 4, 30), hour=23)
    missed = c.state(made, *SURVEY, date(2025, 5, 1), hour=0)
    assert (pending.state, missed.state) == (State.PENDING, State.MISSED)
    assert (missed.done, missed.total) == (3, 5)  # of four households and the closing
    assert missed.missing == (f"HouseholdSurveyed area={c.TOWN} year=2025 household={UUID(int=4)}",)


def test_a_survey_closed_in_may_is_met_late_and_was_missed_until_then():
    facts = (c.year(), c.household(1), c.surveyed(1, date(2025, 4, 8)), c.survey_closed(date(2025, 5, 2)))
    made = c.engine(*facts)
    assert c.state(made, *SURVEY, date(2025, 5, 1)).state is State.MISSED
    assert c.state(made, *SURVEY, date(2025, 5, 2)).state is State.MET_LATE


def test_a_visit_entered_in_may_that_happened_in_april_was_unknown_before_and_shows_as_late_entry():
    facts = (c.year(), c.household(1), c.surveyed(1, date(2025, 4, 8), recorded=date(2025, 5, 6)))
    made = c.engine(*facts, c.survey_closed(date(2025, 4, 24)))
    assert c.state(made, *SURVEY, date(2025, 5, 5)).state is State.MISSED
    later = c.state(made, *SURVEY, date(2025, 5, 6))
    assert (later.state, later.recorded_late) == (State.MET, True)
    assert c.state(made, *SURVEY, date(2025, 5, 5), by="occurred").state is State.MET


def test_the_roll_call_has_fifteen_days_the_first_not_counted():
    facts = (c.zone(), c.semester(), c.listed(date(2025, 9, 8), 1), c.verified(date(2025, 9, 10), 1))
    made = c.engine(*facts, c.roll_call_closed(date(2025, 9, 16)))
    assert c.state(made, *ROLL, date(2025, 9, 15)).state is State.PENDING
    met = c.state(made, *ROLL, date(2025, 9, 16))
    assert (met.state, met.due_on, met.bearer) == (State.MET, date(2025, 9, 16), str(c.SCHOOL))


def test_an_empty_list_is_a_record_and_silence_is_none():
    spoken = c.engine(c.zone(), c.semester(), c.listed(date(2025, 9, 8)), c.roll_call_closed(date(2025, 9, 8)))
    silent = c.engine(c.zone(), c.semester())
    assert c.state(spoken, *ROLL, date(2025, 9, 20)).state is State.MET
    assert c.state(silent, *ROLL, date(2025, 9, 20)).state is State.MISSED


def test_a_listed_child_whose_cause_nobody_verified_is_named():
    facts = (c.listed(date(2025, 9, 8), 1, 2), c.verified(date(2025, 9, 9), 1), c.roll_call_closed(date(2025, 9, 9)))
    made = c.engine(c.zone(), c.semester(), *facts)
    missed = c.state(made, *ROLL, date(2025, 9, 17))
    assert missed.state is State.MISSED
    assert f"child={UUID(int=1002)}" in missed.missing[0]


def test_a_bulletin_counts_only_with_the_figures_of_the_period_s_end():
    wrong = c.bulletin("2025-09", "central_school", str(c.SCHOOL), shanghai(date(2025, 9, 29)), date(2025, 10, 2))
    right = c.bulletin("2025-09", "central_school", str(c.SCHOOL), shanghai(date(2025, 10, 1)), date(2025, 10, 10))
    made = c.engine(c.zone(), c.semester(), wrong, right)
    assert c.state(made, *BULLETIN, date(2025, 10, 9)).state is State.PENDING
    assert c.state(made, *BULLETIN, date(2025, 10, 10)).state is State.MET


def test_bulletins_are_owed_by_city_county_township_and_central_school_each_in_its_rhythm():
    made = c.engine(c.zone(), c.zone(UUID(int=2), "village"), c.semester())
    owed = {s.key for s in made.states(Cut(shanghai(date(2026, 6, 1)))) if s.duty_id == "D-3.1-bulletins"}
    assert "bearer=2208/period=2025" in owed
    assert "bearer=220822/period=2025-autumn" in owed
    assert {f"bearer={c.TOWN}/period=2025-autumn-{half}" for half in (1, 2)} <= owed
    assert sum(f"bearer={c.SCHOOL}" in key for key in owed) == 5
    assert not any(str(UUID(int=2)) in key for key in owed)


def test_a_child_has_a_named_person_within_three_days_and_then_without_a_gap():
    opened = c.case_opened(date(2025, 9, 6))
    assert c.state(c.engine(opened), *PERSON, date(2025, 9, 9), hour=23).state is State.PENDING
    assert c.state(c.engine(opened), *PERSON, date(2025, 9, 10), hour=1).state is State.MISSED
    in_time = c.engine(opened, c.assigned(date(2025, 9, 9)))
    assert c.state(in_time, *PERSON, date(2025, 12, 1)).state is State.MET
    late = c.engine(opened, c.assigned(date(2025, 9, 12)))
    gap = c.state(late, *PERSON, date(2025, 12, 1))
    assert (gap.state, len(gap.gaps)) == (State.MET_LATE, 1)


@pytest.mark.parametrize(("next_day", "gaps"), [(date(2025, 9, 20), 0), (date(2025, 9, 24), 1)])
def test_between_two_persons_there_is_no_free_day(next_day, gaps):
    facts = (c.case_opened(date(2025, 9, 6)), c.assigned(date(2025, 9, 7)), c.released(date(2025, 9, 20)))
    made = c.engine(*facts, c.assigned(next_day, "p2"), c.case_closed(date(2025, 11, 1)))
    assert len(c.state(made, *PERSON, date(2025, 12, 1)).gaps) == gaps


def test_a_case_opened_in_error_asks_for_nobody():
    made = c.engine(c.case_opened(date(2025, 9, 6)), c.in_error(date(2025, 9, 20)))
    assert c.state(made, *PERSON, date(2025, 9, 19)).state is State.MISSED
    assert c.state(made, *PERSON, date(2025, 9, 20)).state is State.VOID


def test_each_missed_deadline_is_told_once():
    made = c.engine(c.zone(), c.semester(), c.case_opened(date(2025, 9, 6)))
    days = c.days(date(2025, 9, 6), 30)
    told = [(m.state.duty_id, m.state.key) for day in days for m in made.newly_missed(shanghai(day, 8))]
    first_four = [duty_id for duty_id, _ in told if duty_id in {ROLL[0], SURVEY[0], PERSON[0], BULLETIN[0]}]
    assert sorted(first_four) == ["D-1.3-rollcall-15", "D-2.1-april-survey", "D-3.2-person-for-child"]
    assert len(told) == len(set(told))
