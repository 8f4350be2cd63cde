"""The edges of the operators: the very instant, the least number, the one ground of several, the answer kept before."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, State
from baoxue_shared.duties.excusing import next_of
from baoxue_shared.duties.model import Due
from baoxue_shared.duties.term import Term, due_day, recorded_late

from tests.shared.duties.rules import SCHOOL, Asked, told, zone

SEPTEMBER = {n: date(2025, 9, n) for n in range(1, 31)}
CASE = {"school_id": SCHOOL, "case_id": "f1", "child_id": "k1"}
COVER = {
    "per": "[case]",
    "trigger": "{event: DropoutCaseOpened}",
    "requires": "{cover: {opens: [{event: ResponsibleAssigned, at: since}], closes: [ResponsibleReleased], "
    "until: [{event: DropoutCaseClosed, at: closed_on}], by: person}, first_gap: P3D}",
    "due": "continuous",
}
BY_INSTANT = COVER | {
    "requires": "{cover: {opens: [ResponsibleAssigned], closes: [ResponsibleReleased], until: [DropoutCaseClosed], "
    "by: person}, first_gap: P0D}"
}
OPENED = told("DropoutCaseOpened", SEPTEMBER[1], **CASE)
LIMIT = shanghai(SEPTEMBER[5])  # the three days after the first are over


def at(asked, instant, by="recorded"):
    (state,) = asked.engine.states(Cut(instant, by))
    return state


def assigned(day, person="p", **more):
    return told("ResponsibleAssigned", day, person=person, since=day, **CASE, **more)


def closed(day):
    return told("DropoutCaseClosed", day, closed_on=day, **CASE)


def test_cover_that_begins_at_the_limit_leaves_no_gap():
    made = at(Asked(OPENED, assigned(SEPTEMBER[5], hour=0), **COVER), LIMIT)
    assert (made.state, made.gaps, made.missing) == (State.MET, (), ())


def test_cover_that_begins_late_has_mended_the_gap_from_its_first_instant_on():
    made = at(Asked(OPENED, assigned(SEPTEMBER[8], hour=0), **COVER), shanghai(SEPTEMBER[8]))
    assert (made.state, len(made.gaps)) == (State.MET_LATE, 1)
    assert (made.gaps[0].start, made.gaps[0].end) == (LIMIT, shanghai(SEPTEMBER[8]))


def test_without_cover_the_limit_s_own_instant_is_the_first_of_the_gap():
    asked = Asked(OPENED, **COVER)
    assert at(asked, LIMIT - timedelta(microseconds=1)).state is State.PENDING
    missed = at(asked, LIMIT)
    assert (missed.state, missed.gaps[0].end, missed.missing) == (State.MISSED, None, ("ResponsibleAssigned case=f1",))


def test_a_case_that_ends_today_is_open_until_the_day_is_over_also_for_who_asked_before():
    asked = Asked(OPENED, closed(SEPTEMBER[9]), **COVER)
    for hour in (10, 12, 23):
        running = at(asked, shanghai(SEPTEMBER[9], hour))
        assert (running.state, running.gaps[0].end) == (State.MISSED, None)
    ended = at(asked, shanghai(SEPTEMBER[10]))
    assert (ended.state, ended.gaps[0].end) == (State.MISSED, shanghai(SEPTEMBER[10]))


def test_a_case_that_ended_before_the_limit_asked_for_nobody_also_if_somebody_is_named_afterwards():
    asked = Asked(OPENED, closed(SEPTEMBER[4]), assigned(SEPTEMBER[8]), **COVER)
    assert at(asked, shanghai(SEPTEMBER[4], 12)).state is State.PENDING
    assert at(asked, shanghai(SEPTEMBER[20])).state is State.VOID
    assert at(asked, shanghai(SEPTEMBER[20])).gaps == ()


def test_a_gap_that_the_closing_ended_was_never_mended():
    facts = (
        OPENED,
        assigned(SEPTEMBER[3]),
        told("ResponsibleReleased", SEPTEMBER[10], person="p", until=SEPTEMBER[10], **CASE),
    )
    asked = Asked(*facts, closed(SEPTEMBER[20]), **COVER)
    ended = at(asked, shanghai(SEPTEMBER[25]))
    assert (ended.state, ended.gaps[0].end) == (State.MISSED, shanghai(SEPTEMBER[21]))


def test_who_is_released_at_the_instant_of_being_named_covers_nothing():
    named = told("ResponsibleAssigned", SEPTEMBER[1], person="p", since=SEPTEMBER[1], hour=12, **CASE)
    released = told("ResponsibleReleased", SEPTEMBER[1], person="p", until=SEPTEMBER[1], hour=12, **CASE)
    made = at(Asked(OPENED, named, released, **BY_INSTANT), shanghai(SEPTEMBER[4]))
    assert made.state is State.MISSED


SEQUENCE = {"requires": "{sequence: [{event: WrittenReportDelivered}, {event: CausesAnalysed}]}"}
REFUSED = told("PersuasionConcluded", SEPTEMBER[1], persuasion="1", **CASE)


def step(kind, day, hour=9):
    return told(kind, day, hour=hour, persuasion="1", **CASE)


@pytest.mark.parametrize(("hour", "state"), [(8, State.PENDING), (9, State.MET), (10, State.MET)])
def test_a_step_counts_from_the_instant_of_the_one_before_it(hour, state):
    facts = (REFUSED, step("WrittenReportDelivered", SEPTEMBER[2]), step("CausesAnalysed", SEPTEMBER[2], hour))
    assert Asked(*facts, **SEQUENCE).on(SEPTEMBER[3]).state is state


ATTEMPTS = {
    "body": "township_level",
    "per": "[area, household]",
    "trigger": "{event: HouseholdRecorded}",
    "requires": "{event: HouseholdConfirmedByVillage, after_attempts: 3}",
    "due": "{after: trigger, days: 30}",
}


@pytest.mark.parametrize(
    ("attempts", "state"), [(2, State.PENDING), (3, State.MET), (4, State.MET), (None, State.PENDING)]
)
def test_a_village_may_confirm_from_the_third_attempt_on(attempts, state):
    known = told("HouseholdRecorded", SEPTEMBER[1], household_id="h1")
    said = told("HouseholdConfirmedByVillage", SEPTEMBER[3], household_id="h1", attempts=attempts)
    assert Asked(known, said, **ATTEMPTS).on(SEPTEMBER[4]).state is state


def test_one_ground_of_several_makes_an_approval_a_violation():
    grounds = "[most_guardians_against, most_delegates_against]"
    merger = {
        "body": "county_government",
        "per": "[merger]",
        "trigger": "{event: MergerProposed}",
        "requires": "{event: MergerApproved}",
        "due": "none",
        "more": f"forbids: {{event: MergerApproved, when_any: {grounds}}}",
    }
    proposed = told("MergerProposed", SEPTEMBER[1], merger_id="m", area="220822")
    approved = {"merger_id": "m", "most_guardians_against": False, "area": "220822"}
    broken = told("MergerApproved", SEPTEMBER[3], most_delegates_against=True, **approved)
    right = told("MergerApproved", SEPTEMBER[3], most_delegates_against=False, **approved)
    violated = Asked(proposed, broken, **merger).on(SEPTEMBER[4])
    assert (violated.state, violated.total) == (State.VIOLATED, 0)
    assert Asked(proposed, right, **merger).on(SEPTEMBER[4]).state is State.MET


def test_what_is_encouraged_is_named_among_the_events_that_the_state_rests_on():
    helped = step("HomeVisited", SEPTEMBER[2])
    encouraged = {"more": "encouraged: [HomeVisited]"}
    assert helped.event_id in Asked(REFUSED, helped, **encouraged).on(SEPTEMBER[3]).rests_on
    assert Asked(REFUSED, helped).on(SEPTEMBER[3]).rests_on == (REFUSED.event_id,)


def test_only_a_pending_duty_says_that_its_workdays_are_not_known_and_only_then():
    workdays = {"due": "{after: trigger, days: 3, unit: workday}"}
    far = told("PersuasionConcluded", date(2031, 12, 31), persuasion="1", **CASE)
    done = told("WrittenReportDelivered", date(2031, 12, 31), hour=10, persuasion="1", **CASE)
    assert any("2032" in word for word in Asked(far, **workdays).on(date(2032, 2, 1)).missing)
    assert Asked(far, done, **workdays).on(date(2032, 2, 1)).missing == ()
    assert not any("workdays" in word for word in Asked(REFUSED, **workdays).on(SEPTEMBER[2]).missing)


def test_an_excuse_that_ends_before_the_day_leaves_the_duty_pending_also_for_who_asked_before():
    guardian = {
        "body": "guardian",
        "per": "[child]",
        "trigger": "{event: NoticeServed}",
        "requires": "{event: CheckedIn}",
        "due": "{after: trigger, days: 29}",
        "more": "excuse: [{event: DeferralApproved, effect: excuse, until: until}]",
    }
    served = told("NoticeServed", SEPTEMBER[1], child_id="k1")
    deferred = told("DeferralApproved", SEPTEMBER[2], child_id="k1", until=SEPTEMBER[10])
    asked = Asked(served, deferred, **guardian)
    found = [at(asked, shanghai(SEPTEMBER[n], 12)).state for n in (5, 15, 30)]
    assert found == [State.EXCUSED, State.PENDING, State.PENDING]
    assert at(asked, shanghai(date(2025, 10, 1))).state is State.MISSED


def test_a_prohibition_has_nothing_to_do_and_nothing_done():
    never = {
        "per": "[school]",
        "trigger": "always",
        "requires": "{never: [ForcedLeaveAttempted]}",
        "due": "none",
    }
    kept = Asked(zone(), **never).on(SEPTEMBER[2])
    broken = Asked(zone(), told("ForcedLeaveAttempted", SEPTEMBER[1], **CASE), **never).on(SEPTEMBER[2])
    assert [(s.state, s.done, s.total) for s in (kept, broken)] == [(State.PENDING, 0, 0), (State.VIOLATED, 0, 0)]


def test_a_day_is_the_shanghai_day_whatever_zone_the_instant_is_told_in():
    late = told("WrittenReportDelivered", SEPTEMBER[4], persuasion="1", **CASE)
    just = datetime.fromisoformat("2025-09-04T15:59:59.999999+00:00")
    for instant, state in ((just, State.MET), (just + timedelta(microseconds=1), State.MET_LATE)):
        moved = type(late)(late.event_id, late.kind, instant, instant, late.area, late.data)
        assert Asked(REFUSED, moved).on(SEPTEMBER[6]).state is state


EXCUSED = {"more": "excuse: [{event: ProperReasonFound, effect: excuse}]"}


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 8, 31), State.MISSED),
        (SEPTEMBER[1], State.EXCUSED),
        (SEPTEMBER[4], State.EXCUSED),
        (SEPTEMBER[5], State.MISSED),
    ],
)
def test_what_excuses_has_to_happen_from_the_start_on_and_before_the_day_is_over(day, state):
    assert Asked(REFUSED, step("ProperReasonFound", day), **EXCUSED).on(SEPTEMBER[8]).state is state


def test_a_clock_that_stood_still_from_the_last_workday_on_leaves_no_workday():
    stopped = {
        "due": "{after: trigger, days: 3, unit: workday}",
        "more": "excuse: [{event: EmergencyDeclared, effect: stop_clock, ends: EmergencyEnded}]",
    }
    facts = (
        told("EmergencyDeclared", SEPTEMBER[4], area="220822"),
        told("EmergencyEnded", SEPTEMBER[10], area="220822"),
    )
    assert Asked(REFUSED, *facts, **stopped).on(SEPTEMBER[10]).due_on == SEPTEMBER[10]
    earlier = (told("EmergencyDeclared", SEPTEMBER[3], area="220822"), facts[1])
    assert Asked(REFUSED, *earlier, **stopped).on(SEPTEMBER[10]).due_on == SEPTEMBER[11]


def test_of_two_events_that_make_it_void_the_first_is_named():
    facts = [told("DropoutCaseOpenedInError", SEPTEMBER[n], **CASE) for n in (2, 3)]
    void = Asked(REFUSED, *facts, more="void_by: [DropoutCaseOpenedInError]").on(SEPTEMBER[8])
    assert (void.state, void.rests_on) == (State.VOID, (REFUSED.event_id, facts[0].event_id))


HOUSEHOLDS = {
    "body": "township_level",
    "per": "[area, year]",
    "trigger": '{window: ["04-01", "04-30"]}',
    "due": "{at: window_end}",
}
PARTS = (
    "{event: HouseholdSurveyed}",
    "{any_of: [{event: HouseholdSurveyed}, {all_of: [{event: HouseholdConfirmedByVillage}]}]}",
    "{any_of: [{event: HouseholdSurveyed}, {event: HouseholdConfirmedByVillage}]}",
)


@pytest.mark.parametrize("part", PARTS)
def test_members_that_are_looked_up_have_what_members_that_are_asked_one_by_one_have(part):
    april = [date(2025, 4, n) for n in range(1, 31)]
    facts = [told("HouseholdRecorded", april[0], household_id=f"h{n}") for n in range(6)]
    facts.append(told("YearOpened", date(2025, 3, 1), area="220822", year=2025))
    done = {"year": 2025, "attempts": 3}
    facts += [told("HouseholdSurveyed", april[n + 5], household_id=f"h{n}", **done) for n in (0, 1, 2)]
    facts += [told("HouseholdConfirmedByVillage", april[n + 4], household_id=f"h{n}", **done) for n in (1, 3)]
    inner = part[1:-1]
    looked_up = (
        f"{{all_of: [{{each: {{member: household, of: households_known}}, {inner}}}, {{event: TownshipSurveyClosed}}]}}"
    )
    one_by_one = looked_up.replace(inner, f"all_of: [{part}]")
    states = [Asked(*facts, **HOUSEHOLDS | {"requires": rule}).on(april[20]) for rule in (looked_up, one_by_one)]
    assert states[0] == states[1]
    assert states[0].done == (4 if "any_of" in part else 3)
    assert len(states[0].rests_on) == states[0].done


@pytest.mark.parametrize(("days", "late"), [(12, False), (13, True)])
def test_where_workdays_are_not_known_an_entry_is_late_only_beyond_the_longest_holiday(days, late):
    happened = date(2032, 2, 2)
    entered = told("WrittenReportDelivered", happened, recorded=happened + timedelta(days=days), persuasion="1", **CASE)
    assert recorded_late(entered, 3) is late


@pytest.mark.parametrize(("month", "due"), [(9, SEPTEMBER[30]), (10, date(2025, 10, 31))])
def test_the_thirty_first_of_a_shorter_month_is_its_last_day(month, due):
    assert due_day(Due("on", on="31"), date(2025, month, 1), date(2025, month, 28)) == due


@pytest.mark.parametrize(("early", "late"), [(timedelta(microseconds=1), False), (timedelta(0), True)])
def test_an_entry_is_late_from_the_first_instant_after_the_workdays_on(early, late):
    entered = told("WrittenReportDelivered", SEPTEMBER[5], recorded=SEPTEMBER[11], hour=0, persuasion="1", **CASE)
    at_midnight = msgspec.structs.replace(entered, recorded_at=entered.recorded_at - early)
    assert recorded_late(at_midnight, 3) is late


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_put_off_to_the_next_period_is_put_off_to_the_nearest_one(order):
    periods = [(date(year, 9, 1), date(year + 1, 8, 31)) for year in range(2024, 2029)][::order]
    assert next_of(periods)(Term(date(2025, 9, 1), date(2026, 8, 31))) == date(2027, 8, 31)
    assert next_of(periods)(Term(date(2028, 9, 1), date(2029, 8, 31))) is None
    days = [(date(year, 4, 1), date(year, 4, 1)) for year in (2025, 2026)][::order]
    assert next_of(days)(Term(*days[0])) == (date(2026, 4, 1) if order == 1 else None)


@pytest.mark.parametrize(("first", "year"), [(SEPTEMBER[1], 2025), (SEPTEMBER[2], 2026)])
def test_what_is_due_on_a_day_of_the_year_is_due_on_the_first_such_day_from_the_start_on(first, year):
    assert due_day(Due("on", on="09-01"), first, first) == date(year, 9, 1)


def test_of_two_ends_of_what_stopped_the_clock_the_first_counts_and_is_named():
    stopped = {"more": "excuse: [{event: EmergencyDeclared, effect: stop_clock, ends: EmergencyEnded}]"}
    declared = told("EmergencyDeclared", SEPTEMBER[2], area="220822")
    ended = [told("EmergencyEnded", SEPTEMBER[n], area="220822") for n in (12, 10)]
    found = Asked(REFUSED, declared, *ended, **stopped).on(SEPTEMBER[13])
    usual = Asked(REFUSED).on(SEPTEMBER[13])
    assert found.due_on - usual.due_on == timedelta(days=8)
    assert found.rests_on == (REFUSED.event_id, declared.event_id, ended[1].event_id)


def test_a_day_may_be_told_with_its_hour():
    guardian = {"body": "guardian", "per": "[child]", "trigger": "{event: NoticeServed}"}
    guardian |= {"requires": "{event: CheckedIn}", "due": "{field: report_on, event: [NoticeIssued]}"}
    guardian["more"] = "excuse: [{event: DeferralApproved, effect: excuse, until: until}]"
    told_on = "2025-09-10T09:00:00+08:00"
    served = told("NoticeServed", SEPTEMBER[1], child_id="k1")
    issued = told("NoticeIssued", SEPTEMBER[1], child_id="k1", report_on=told_on)
    assert Asked(served, issued, **guardian).on(SEPTEMBER[2]).due_on == SEPTEMBER[10]
    deferred = told("DeferralApproved", SEPTEMBER[2], child_id="k1", until=told_on.replace("-10T", "-20T"))
    assert Asked(served, issued, deferred, **guardian).on(SEPTEMBER[3]).due_on == SEPTEMBER[20]


@pytest.mark.parametrize(("days", "included", "due"), [(1, True, 1), (1, False, 2), (3, True, 3), (0, True, 1)])
def test_a_term_that_counts_its_first_day_may_be_over_on_it(days, included, due):
    assert due_day(Due("after", days=days, included=included), SEPTEMBER[1], SEPTEMBER[1]) == SEPTEMBER[due]


def test_of_many_that_lack_something_twenty_are_named():
    each = "{each: {member: household, of: households_known}, event: HouseholdSurveyed}"
    rule = HOUSEHOLDS | {"requires": f"{{all_of: [{each}, {{event: TownshipSurveyClosed}}]}}"}
    known = [told("HouseholdRecorded", date(2025, 4, 1), household_id=f"h{n}") for n in range(25)]
    year = told("YearOpened", date(2025, 3, 1), area="220822", year=2025)
    found = Asked(*known, year, **rule).on(date(2025, 4, 20))
    assert (found.done, found.total, len(found.missing)) == (0, 26, 20)


def test_of_several_ways_the_first_is_told_as_missing_also_if_it_has_parts_of_its_own():
    ways = "{any_of: [{all_of: [{event: ResponsibleAssigned}]}, {event: DropoutCaseClosed}]}"
    asked = Asked(OPENED, per="[case]", trigger="{event: DropoutCaseOpened}", requires=ways, due="none")
    state = asked.on(SEPTEMBER[2])
    assert (state.missing, state.done, state.total) == (("ResponsibleAssigned case=f1",), 0, 1)


def test_a_count_of_two_kinds_is_reached_by_what_happened_first_and_without_a_most_nothing_is_over():
    facts = (assigned(SEPTEMBER[8]), told("CauseVerified", SEPTEMBER[3], cause="poverty", **CASE))
    count = {"per": "[case]", "trigger": "{event: DropoutCaseOpened}", "due": "{after: trigger, days: 3}"}
    count["requires"] = "{count: [ResponsibleAssigned, CauseVerified], min: 1}"
    state = Asked(OPENED, *facts, **count).on(SEPTEMBER[9])
    assert (state.state, state.done_at, state.excess) == (State.MET, shanghai(SEPTEMBER[3], 9), 0)
    assert Asked(OPENED, **count).on(SEPTEMBER[2]).missing == ("ResponsibleAssigned case=f1",)


@pytest.mark.parametrize(
    ("said", "progress"), [({}, (0, 1)), ({"teachers_rotated": 0, "teachers_eligible": 0}, (0, 0))]
)
def test_a_ratio_that_nobody_told_lacks_one_thing_and_a_ratio_of_nobody_lacks_none(said, progress):
    ratio = {"per": "[county, school_year]", "body": "county_education", "trigger": "{period: school_year}"}
    ratio["requires"] = "{ratio: [teachers_rotated, teachers_eligible], min: 10/100, when_base_zero: excused}"
    known = {"area": "220822", "school_year": 2025}
    facts = [told("YearOpened", date(2025, 3, 1), area="220822", year=2025)]
    facts += [told("RotationRecorded", date(2026, 5, 1), **said, **known)] if said else []
    states = Asked(*facts, due="{at: period_end}", **ratio).all(date(2026, 9, 3))
    state = states["county=220822/school_year=2025"]
    assert (state.done, state.total) == progress
