"""Days: calendar days and workdays, windows and periods, stopped clocks, midnight in Shanghai whatever zone is used."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, State
from hypothesis import given
from hypothesis import strategies as st

from tests.shared.duties.rules import COUNTY, SCHOOL, Asked, semester, told, zone
from tests.shared.duties.test_operators import CASE, concluded, report

FRIDAY = date(2025, 9, 26)  # the National Day holiday begins on Wednesday after it


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("{after: trigger, days: 3}", date(2025, 9, 29)),
        ("{after: trigger, days: 3, first_day: included}", date(2025, 9, 28)),
        ("{after: trigger, days: 3, unit: workday}", date(2025, 9, 30)),  # Sunday the 28th is worked
        ("{after: trigger, days: 4, unit: workday}", date(2025, 10, 9)),
        ("{after: trigger, days: 5, roll: next_workday}", date(2025, 10, 9)),
        ("{at: trigger}", FRIDAY),
        ("{by: 08-31}", date(2026, 8, 31)),
        ("{by: 09-30}", date(2025, 9, 30)),
        ("{field: concluded_on}", date(2025, 10, 5)),
    ],
)
def test_the_day_of_each_rule(due, day):
    assert Asked(concluded(FRIDAY, concluded_on=date(2025, 10, 5)), due=due).on(FRIDAY).due_on == day


def test_a_year_whose_holidays_are_unknown_leaves_the_duty_pending_and_says_so():
    far = date(2099, 3, 2)
    asked = Asked(concluded(far), due="{after: trigger, days: 3, unit: workday}").on(date(2099, 5, 1))
    assert (asked.state, asked.due_on, asked.missing[-1]) == (State.PENDING, None, "workdays of 2099 are not known")
    assert Asked(concluded(far), report(far, recorded=date(2099, 3, 20))).on(date(2099, 5, 1)).recorded_late


@pytest.mark.parametrize("offset", [-11, 0, 5.5, 8, 14])
def test_midnight_is_shanghai_s_in_whatever_zone_an_instant_is_written(offset):
    there = timezone(timedelta(hours=offset))
    last = datetime(2025, 9, 29, 15, 59, 59, 999999, tzinfo=UTC).astimezone(there)
    asked = Asked(concluded(FRIDAY), told_at(last))
    assert asked.on(date(2025, 10, 1)).state is State.MET
    late = Asked(concluded(FRIDAY), told_at(last + timedelta(microseconds=1)))
    assert late.on(date(2025, 10, 1)).state is State.MET_LATE


def told_at(instant):
    fact = report(FRIDAY)
    return type(fact)(fact.event_id, fact.kind, instant, instant, fact.area, fact.data)


def test_a_deadline_falls_at_the_first_instant_of_the_next_day():
    engine = Asked(concluded(FRIDAY)).engine
    midnight = shanghai(date(2025, 9, 30))
    assert engine.newly_missed(midnight - timedelta(microseconds=1)) == []
    assert [m.due_on for m in engine.newly_missed(midnight)] == [date(2025, 9, 29)]


PERIODS = {
    "school_year": ("2025", date(2026, 8, 31)),
    "semester": ("2025-autumn", date(2026, 1, 16)),
    "half_semester": ("2025-autumn-1", date(2025, 11, 8)),
    "month": ("2025-09", date(2025, 9, 30)),
    "holiday": ("2025-winter", date(2026, 3, 1)),
    "budget_year": ("2026", date(2026, 12, 31)),
    "year": ("2026", date(2026, 12, 31)),
}


@pytest.mark.parametrize("kind", PERIODS)
def test_each_kind_of_period_ends_on_the_day_of_the_county_s_calendar(kind):
    key, last = PERIODS[kind]
    rule = {"per": "[school, period]", "trigger": f"{{period: {kind}}}", "due": "{at: period_end}"}
    spring = semester("2026-spring", date(2026, 3, 2), date(2026, 7, 10), day=date(2025, 8, 21))
    states = Asked(zone(), semester(), spring, **rule, requires="{event: HomeVisited, within: start}").all(
        date(2027, 1, 10)
    )
    found = states[f"school={SCHOOL}/period={key}"]
    assert (found.due_on, found.state) == (last, State.MISSED)


def test_half_semesters_and_months_follow_each_other_without_a_hole():
    for kind in ("half_semester", "month"):
        rule = {"per": "[school, period]", "trigger": f"{{period: {kind}}}", "due": "{at: period_end}"}
        found = Asked(zone(), semester(), **rule, requires="{event: HomeVisited, within: start}").all(date(2026, 5, 1))
        spans = sorted((state.since, state.due_on) for state in found.values())
        assert (spans[0][0], spans[-1][1]) == (date(2025, 9, 1), date(2026, 1, 16))
        assert all(last + timedelta(days=1) == first for (_, last), (first, _) in pairwise(spans))


def test_a_semester_that_is_moved_moves_what_is_due_from_the_day_it_was_told():
    rule = {"per": "[school, semester]", "trigger": "{period: semester}", "due": "{at: period_end}"}
    moved = semester(last=date(2026, 1, 23), day=date(2025, 12, 1))
    for facts in ((semester(), moved), (moved, semester())):
        asked = Asked(zone(), *facts, **rule, requires="{event: HomeVisited, within: start}")
        assert asked.on(date(2025, 11, 1)).due_on == date(2026, 1, 16)
        assert asked.on(date(2025, 12, 2)).due_on == date(2026, 1, 23)


def test_counties_have_calendars_of_their_own():
    rule = {"per": "[school, semester]", "trigger": "{period: semester}", "due": "{at: period_end}"}
    other = told("SemesterOpened", date(2025, 8, 20), area="220881", **(semester().data | {"ends_on": "2026-01-10"}))
    away = zone(school_id="s2", township="220881100")
    away = type(away)(away.event_id, away.kind, away.recorded_at, away.occurred_at, "220881100", away.data)
    found = Asked(zone(), away, semester(), other, **rule, requires="{event: HomeVisited, within: start}").all(
        date(2025, 10, 1)
    )
    assert {state.bearer: state.due_on.day for state in found.values()} == {SCHOOL: 16, "s2": 10}


def test_a_window_falls_every_year_and_not_before_the_record_began():
    rule = {"per": "[area, year]", "body": "township_level", "trigger": '{window: ["04-01", "04-30"]}'}
    opened = told("SurveyOpened", date(2025, 4, 2), year=2025)
    asked = Asked(opened, **rule, due="{at: window_end}", requires="{event: TownshipSurveyClosed}")
    assert sorted(asked.all(date(2027, 5, 1))) == [f"area=220822100/year={year}" for year in (2026, 2027)]


HOLIDAY = {
    "per": "[school, holiday]",
    "trigger": "{period: holiday, kinds: [winter, summer]}",
    "requires": "{count: HomeVisited, min: 1, within: term}",
    "due": "{at: period_end}",
    "more": "excuse: [{event: EmergencyDeclared, effect: extend_to_next_period}]",
}
SEMESTERS = (
    semester(),
    semester("2026-spring", date(2026, 3, 2), date(2026, 7, 10), day=date(2026, 2, 1)),
    semester("2026-autumn", date(2026, 9, 1), date(2027, 1, 15), day=date(2026, 6, 1)),
)


def test_holiday_visits_count_in_the_holiday_only():
    at = date(2026, 3, 3)
    for day, state in ((date(2026, 1, 16), State.MISSED), (date(2026, 1, 17), State.MET), (at, State.MISSED)):
        visit = told("HomeVisited", day, **CASE)
        found = Asked(zone(), *SEMESTERS[:2], visit, **HOLIDAY).on(at)
        assert (found.state, found.due_on) == (state, date(2026, 3, 1))


def test_an_emergency_carries_the_visits_over_to_the_next_holiday():
    declared = told("EmergencyDeclared", date(2026, 1, 20), area=COUNTY, declared_on=date(2026, 1, 20))
    known = Asked(zone(), *SEMESTERS, declared, **HOLIDAY).all(date(2026, 6, 20))
    assert known[f"school={SCHOOL}/holiday=2025-winter"].due_on == date(2026, 8, 31)
    unknown = Asked(zone(), *SEMESTERS[:2], declared, **HOLIDAY).on(date(2026, 6, 20))
    assert (unknown.state, unknown.due_on) == (State.PENDING, None)
    elsewhere = told("EmergencyDeclared", date(2026, 1, 20), area="220881", declared_on=date(2026, 1, 20))
    assert Asked(zone(), *SEMESTERS[:2], elsewhere, **HOLIDAY).on(date(2026, 3, 3)).state is State.MISSED


STOPPED = "excuse: [{event: EmergencyDeclared, effect: stop_clock, ends: EmergencyEnded}]"


@pytest.mark.parametrize(("unit", "day"), [("calendar_day", date(2025, 10, 4)), ("workday", date(2025, 10, 9))])
def test_a_stopped_clock_is_caught_up_and_falls_once(unit, day):
    stop = told("EmergencyDeclared", date(2025, 9, 27), area=COUNTY, declared_on=date(2025, 9, 27))
    go = told("EmergencyEnded", date(2025, 10, 2), area=COUNTY, ended_on=date(2025, 10, 2))
    due = f"{{after: trigger, days: {3 if unit == 'calendar_day' else 1}, unit: {unit}}}"
    facts = (concluded(FRIDAY), stop)
    standing = Asked(*facts, due=due, more=STOPPED)
    assert standing.on(date(2025, 10, 1)).state is State.PENDING
    assert standing.engine.newly_missed(shanghai(date(2025, 10, 1))) == []
    standing.engine.feed(go)
    fallen = [m.due_on for n in range(1, 30) for m in standing.engine.newly_missed(shanghai(date(2025, 10, n), 1))]
    assert fallen == [day]


def test_a_deferred_child_is_excused_until_its_day_and_due_again():
    rule = {"per": "[child]", "trigger": "{event: NoticeServed}", "requires": "{event: CheckedIn}", "body": "guardian"}
    rule |= {
        "due": "{after: trigger, days: 3}",
        "more": "excuse: [{event: DeferralApproved, effect: excuse, until: until}]",
    }
    served = told("NoticeServed", date(2025, 9, 1), child_id="k1", school_id=SCHOOL)
    deferral = told("DeferralApproved", date(2025, 9, 3), child_id="k1", until=date(2026, 8, 31))
    asked = Asked(served, deferral, **rule)
    assert asked.on(date(2026, 3, 1)).state is State.EXCUSED
    assert asked.on(date(2026, 9, 1)).state is State.MISSED
    assert [m.due_on for m in asked.engine.newly_missed(shanghai(date(2026, 9, 1)))] == [date(2026, 8, 31)]


def test_a_row_holds_from_its_first_to_its_last_day():
    assert Asked(concluded(FRIDAY), more="valid_to: 2025-09-25").on(FRIDAY) is None
    assert Asked(concluded(FRIDAY), more="valid_to: 2025-09-26").on(FRIDAY) is not None


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_each_deadline_falls_once_with_its_own_date_however_long_the_clock_stood(steps):
    asked = Asked(concluded(FRIDAY), concluded(FRIDAY, case_id="c2"), report(date(2025, 10, 2), case_id="c2"))
    day, fallen = FRIDAY, []
    for step in [*steps, 20]:
        day += timedelta(days=step)
        fallen += asked.engine.newly_missed(shanghai(day, 3))
    assert [(m.due_on, m.state.state) for m in fallen] == [(date(2025, 9, 29), State.MISSED)] * 2


def test_a_duty_that_became_known_after_its_day_is_told_too():
    asked = Asked()
    assert asked.engine.newly_missed(shanghai(date(2025, 10, 1))) == []
    asked.engine.feed(concluded(FRIDAY, recorded=date(2025, 10, 8)))
    assert [m.due_on for m in asked.engine.newly_missed(shanghai(date(2025, 10, 9)))] == [date(2025, 9, 29)]
    assert asked.engine.states(Cut(shanghai(date(2025, 10, 1)), "occurred"))[0].state is State.MISSED
