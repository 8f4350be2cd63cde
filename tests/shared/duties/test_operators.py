"""Each operator of the catalogue in each state that it can reach, on days reckoned by hand."""

from datetime import date

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import State

from tests.shared.duties.rules import COUNTY, SCHOOL, Asked, semester, told, zone

SEPTEMBER = [date(2025, 9, n) if n else None for n in range(31)]
CASE = {"school_id": SCHOOL, "case_id": "c1", "persuasion": 1, "child_id": "k1"}


def concluded(day=SEPTEMBER[1], **more):
    return told("PersuasionConcluded", day, **(CASE | {"outcome": "refused"} | more))


def report(day, to="county_education", number="1", **more):
    return told("WrittenReportDelivered", day, **(CASE | {"to": to, "report_number": number} | more))


def test_an_event_is_pending_met_met_late_or_missed():
    silent = Asked(concluded())
    assert silent.on(SEPTEMBER[4], 23).state is State.PENDING
    assert silent.on(SEPTEMBER[5], 0).state is State.MISSED
    met = Asked(concluded(), report(SEPTEMBER[4])).on(SEPTEMBER[4])
    assert (met.state, met.due_on, met.done, met.total) == (State.MET, SEPTEMBER[4], 1, 1)
    assert Asked(concluded(), report(SEPTEMBER[5])).on(SEPTEMBER[5]).state is State.MET_LATE


def test_an_event_of_another_case_is_none():
    assert Asked(concluded(), report(SEPTEMBER[2], case_id="c2")).on(SEPTEMBER[9]).state is State.MISSED


def test_no_trigger_no_duty():
    assert Asked(report(SEPTEMBER[2])).on(SEPTEMBER[9]) is None
    other = Asked(concluded(outcome="returned"), trigger="{event: PersuasionConcluded, where: {outcome: [refused]}}")
    assert other.on(SEPTEMBER[9]) is None


def test_the_first_of_two_triggers_starts_the_clock_whichever_came_first():
    asked = Asked(concluded(SEPTEMBER[6]), concluded(SEPTEMBER[1]))
    assert asked.on(SEPTEMBER[9]).due_on == SEPTEMBER[4]


BOTH = "{all_of: [{event: WrittenReportDelivered, where: {to: a}}, {event: WrittenReportDelivered, where: {to: b}}]}"


def test_all_of_is_met_with_its_last_part():
    one = Asked(concluded(), report(SEPTEMBER[2], "a"), requires=BOTH).on(SEPTEMBER[3])
    assert (one.state, one.done, one.total) == (State.PENDING, 1, 2)
    late = Asked(concluded(), report(SEPTEMBER[2], "a"), report(SEPTEMBER[6], "b"), requires=BOTH).on(SEPTEMBER[9])
    assert (late.state, late.done) == (State.MET_LATE, 2)
    met = Asked(concluded(), report(SEPTEMBER[3], "b"), report(SEPTEMBER[2], "a"), requires=BOTH).on(SEPTEMBER[9])
    assert (met.state, met.done_at.day) == (State.MET, 3)


@pytest.mark.parametrize(
    ("numbers", "state"), [(("1", "1"), State.MET), (("1", "2"), State.MISSED), (("1", "2", "1"), State.MET_LATE)]
)
def test_same_wants_one_report_number_in_all_parts(numbers, state):
    reports = [report(SEPTEMBER[2], "a", numbers[0]), report(SEPTEMBER[3], "b", numbers[1])]
    reports += [report(SEPTEMBER[7], "b", number) for number in numbers[2:]]
    same = BOTH[:-1] + ", same: [report_number]}"
    assert Asked(concluded(), *reports, requires=same).on(SEPTEMBER[9]).state is state


def test_any_of_is_met_with_its_first_part():
    either = BOTH.replace("all_of", "any_of")
    met = Asked(concluded(), report(SEPTEMBER[7], "a"), report(SEPTEMBER[3], "b"), requires=either).on(SEPTEMBER[9])
    assert (met.state, met.done_at.day, len(met.rests_on)) == (State.MET, 3, 2)
    assert Asked(concluded(), requires=either).on(SEPTEMBER[9]).state is State.MISSED


def test_a_sequence_wants_its_steps_in_order():
    order = BOTH.replace("all_of", "sequence")
    right = Asked(concluded(), report(SEPTEMBER[2], "a"), report(SEPTEMBER[3], "b"), requires=order)
    assert right.on(SEPTEMBER[9]).state is State.MET
    turned = Asked(concluded(), report(SEPTEMBER[2], "b"), report(SEPTEMBER[3], "a"), requires=order).on(SEPTEMBER[9])
    assert (turned.state, turned.done, turned.total) == (State.MISSED, 1, 2)
    again = Asked(
        concluded(), report(SEPTEMBER[2], "b"), report(SEPTEMBER[3], "a"), report(SEPTEMBER[4], "b"), requires=order
    )
    assert again.on(SEPTEMBER[9]).state is State.MET
    together = Asked(concluded(), report(SEPTEMBER[2], "a"), report(SEPTEMBER[2], "b"), requires=order)
    assert together.on(SEPTEMBER[9]).state is State.MET


LISTED = (
    "{all_of: [{event: PupilsNotCheckedIn}, {each: {member: child, of: listed_pupils}, event: AbsenceCauseVerified}]}"
)
ROLL = {"per": "[school, semester]", "trigger": "{event: SemesterOpened, at: opens_on}", "requires": LISTED}


def listed(*children):
    return told("PupilsNotCheckedIn", SEPTEMBER[2], school_id=SCHOOL, semester="2025-autumn", children=list(children))


def verified(day, child):
    return told("AbsenceCauseVerified", day, school_id=SCHOOL, semester="2025-autumn", child_id=child)


def test_each_wants_every_member_and_counts_them():
    facts = (zone(), semester(), listed("k1", "k2"), verified(SEPTEMBER[3], "k1"))
    half = Asked(*facts, **ROLL).on(SEPTEMBER[9])
    assert (half.state, half.done, half.total) == (State.MISSED, 2, 3)
    assert half.missing == (f"AbsenceCauseVerified school={SCHOOL} semester=2025-autumn child=k2",)
    assert Asked(*facts, verified(SEPTEMBER[4], "k2"), **ROLL).on(SEPTEMBER[9]).state is State.MET
    assert Asked(*facts, verified(SEPTEMBER[5], "k2"), **ROLL).on(SEPTEMBER[9]).state is State.MET_LATE


def test_each_of_nobody_needs_the_empty_list():
    assert Asked(zone(), semester(), listed(), **ROLL).on(SEPTEMBER[9]).state is State.MET
    assert Asked(zone(), semester(), **ROLL).on(SEPTEMBER[9]).state is State.MISSED


def test_each_over_a_written_list():
    channels = "{each: {member: channel, of: [walls, radio]}, event: PublicityRecorded}"
    march = {"per": "[county, year]", "body": "county_education", "requires": channels, "due": "{at: window_end}"}
    march["trigger"] = '{window: ["03-01", "03-31"]}'
    year = told("YearOpened", date(2025, 2, 1), area=COUNTY, year=2025)
    walls, radio = (
        told("PublicityRecorded", date(2025, 3, n), area=COUNTY, year=2025, channel=channel)
        for n, channel in ((4, "walls"), (31, "radio"))
    )
    assert Asked(year, walls, **march).on(date(2025, 4, 1)).done == 1
    assert Asked(year, walls, radio, **march).on(date(2025, 4, 1)).state is State.MET


def test_a_count_wants_so_many_and_notes_what_is_over():
    rounds = {"requires": "{count: WrittenReportDelivered, min: 2, expected_max: 2}"}
    days = [report(SEPTEMBER[n], number=str(n)) for n in (2, 3, 4)]
    one = Asked(concluded(), *days[:1], **rounds).on(SEPTEMBER[9])
    assert (one.state, one.done, one.total, one.excess) == (State.MISSED, 1, 2, 0)
    two = Asked(concluded(), *days[:2], **rounds).on(SEPTEMBER[9])
    assert (two.state, two.excess) == (State.MET, 0)
    three = Asked(concluded(), *days, **rounds).on(SEPTEMBER[9])
    assert (three.state, three.excess, three.done_at.day, len(three.rests_on)) == (State.MET, 1, 3, 4)
    late = Asked(concluded(), days[0], report(SEPTEMBER[6]), **rounds).on(SEPTEMBER[9])
    assert late.state is State.MET_LATE


RATIO = {
    "body": "county_education",
    "per": "[county, school_year]",
    "trigger": "{period: school_year}",
    "due": "{at: period_end}",
    "requires": "{ratio: [teachers_rotated, teachers_eligible], min: 10/100, when_base_zero: excused}",
}


@pytest.mark.parametrize(
    ("rotated", "eligible", "day", "state"),
    [
        (10, 100, date(2026, 5, 1), State.MET),
        (10, 101, date(2026, 5, 1), State.MISSED),
        (11, 101, date(2026, 9, 2), State.MET_LATE),
        (0, 0, date(2026, 5, 1), State.EXCUSED),
        (None, 100, date(2026, 5, 1), State.MISSED),
    ],
)
def test_a_ratio_is_exact_and_of_nobody_excused(rotated, eligible, day, state):
    year = told("YearOpened", date(2025, 3, 1), area=COUNTY, year=2025)
    said = {"teachers_rotated": rotated, "teachers_eligible": eligible, "school_year": 2025}
    asked = Asked(year, told("RotationRecorded", day, area=COUNTY, **said), **RATIO)
    assert asked.all(date(2026, 9, 3))["county=220822/school_year=2025"].state is state


def test_a_ratio_goes_by_what_was_said_last_and_silence_is_none():
    year = told("YearOpened", date(2025, 3, 1), area=COUNTY, year=2025)
    said = [
        told("RotationRecorded", day, area=COUNTY, school_year=2025, teachers_rotated=rotated, teachers_eligible=100)
        for day, rotated in ((date(2026, 6, 1), 5), (date(2026, 5, 1), 50))
    ]
    assert Asked(year, *said, **RATIO).all(date(2026, 9, 3))["county=220822/school_year=2025"].done == 5
    silent = Asked(year, **RATIO).all(date(2026, 9, 3))["county=220822/school_year=2025"]
    assert (silent.state, silent.missing) == (State.MISSED, ("RotationRecorded teachers_eligible",))
    half = told("RotationRecorded", date(2026, 5, 1), area=COUNTY, school_year=2025, teachers_eligible=100)
    unsaid = Asked(year, half, **RATIO).all(date(2026, 9, 3))["county=220822/school_year=2025"]
    assert unsaid.missing == ("RotationRecorded teachers_rotated",)


PERSON = {
    "per": "[case]",
    "trigger": "{event: DropoutCaseOpened}",
    "requires": "{cover: {opens: [ResponsibleAssigned], closes: [ResponsibleReleased], until: [DropoutCaseClosed], "
    "by: person}, first_gap: P3D}",
    "due": "continuous",
}


def of_case(kind, day, **more):
    return told(kind, day, **(CASE | {"since": day, "until": day} | more))


def test_a_cover_has_its_first_days_and_then_no_gap():
    opened = of_case("DropoutCaseOpened", SEPTEMBER[1])
    assert Asked(opened, **PERSON).on(SEPTEMBER[4]).state is State.PENDING
    assert Asked(opened, **PERSON).on(SEPTEMBER[5], 1).state is State.MISSED
    first = of_case("ResponsibleAssigned", SEPTEMBER[2], person="a")
    assert Asked(opened, first, **PERSON).on(SEPTEMBER[30]).state is State.MET
    left = of_case("ResponsibleReleased", SEPTEMBER[10], person="a")
    assert Asked(opened, first, left, **PERSON).on(SEPTEMBER[30]).state is State.MISSED
    then = of_case("ResponsibleAssigned", SEPTEMBER[12], person="b")
    healed = Asked(opened, first, left, then, **PERSON).on(SEPTEMBER[30])
    assert (healed.state, [(g.start.day, g.end.day) for g in healed.gaps]) == (State.MET_LATE, [(10, 12)])
    closed = of_case("DropoutCaseClosed", SEPTEMBER[3])
    assert Asked(opened, closed, **PERSON).on(SEPTEMBER[30]).state is State.VOID


def test_another_person_s_leaving_opens_no_gap():
    facts = [of_case("DropoutCaseOpened", SEPTEMBER[1]), of_case("ResponsibleAssigned", SEPTEMBER[1], person="a")]
    asked = Asked(*facts, of_case("ResponsibleReleased", SEPTEMBER[5], person="b"), **PERSON)
    assert asked.on(SEPTEMBER[30]).state is State.MET


def test_a_cover_that_lasts_wants_a_rhythm():
    cover = "{cover: {opens: [HomeVisited], until: [DropoutCaseClosed], lasts: P7D}, first_gap: P7D}"
    opened, visit = of_case("DropoutCaseOpened", SEPTEMBER[1]), of_case("HomeVisited", SEPTEMBER[8])
    rhythm = PERSON | {"requires": cover}
    assert Asked(opened, visit, **rhythm).on(SEPTEMBER[15]).state is State.MET
    assert Asked(opened, visit, **rhythm).on(SEPTEMBER[16], 1).state is State.MISSED
    again = of_case("HomeVisited", SEPTEMBER[18])
    assert [(g.start.day, g.end.day) for g in Asked(opened, visit, again, **rhythm).on(SEPTEMBER[20]).gaps] == [
        (15, 18)
    ]


NEVER = {
    "per": "[school, child]",
    "trigger": "always",
    "requires": "{never: [ForcedLeaveAttempted, ForcedLeaveUpheld]}",
    "due": "none",
}


def test_what_must_never_be_is_violated_by_its_event_alone():
    assert Asked(zone(), **NEVER).on(SEPTEMBER[9]) is None
    violated = Asked(zone(), told("ForcedLeaveUpheld", SEPTEMBER[3], school_id=SCHOOL, child_id="k1"), **NEVER)
    state = violated.on(SEPTEMBER[9])
    assert (state.state, state.bearer, state.due_on) == (State.VIOLATED, SCHOOL, SEPTEMBER[3])
    assert [m.due_on for m in violated.engine.newly_missed(shanghai(SEPTEMBER[9]))] == [SEPTEMBER[3]]


def test_a_prohibition_stands_over_each_body_and_silence_does_not_meet_it():
    standing = Asked(zone(), **(NEVER | {"per": "[school]"}))
    assert standing.on(SEPTEMBER[9]).state is State.PENDING


def test_a_forbidden_decision_is_violated_only_under_its_conditions():
    merger = {
        "body": "county_government",
        "per": "[merger]",
        "trigger": "{event: MergerProposed}",
        "requires": "{event: MergerApproved}",
        "due": "none",
        "more": "forbids: {event: MergerApproved, when_any: [most_guardians_against]}",
    }
    proposed = told("MergerProposed", SEPTEMBER[1], area=COUNTY, merger_id="m")
    allowed = told("MergerApproved", SEPTEMBER[2], area=COUNTY, merger_id="m", most_guardians_against=False)
    forced = told("MergerApproved", SEPTEMBER[2], area=COUNTY, merger_id="m", most_guardians_against=True)
    assert Asked(proposed, allowed, **merger).on(SEPTEMBER[9]).state is State.MET
    assert Asked(proposed, forced, **merger).on(SEPTEMBER[9]).state is State.VIOLATED


def test_what_is_voided_is_neither_met_nor_missed():
    error = told("DropoutCaseOpenedInError", SEPTEMBER[3], case_id="c1", child_id="k1")
    void = Asked(concluded(), error, more="void_by: [DropoutCaseOpenedInError]")
    assert void.on(SEPTEMBER[9]).state is State.VOID
    assert Asked(concluded(), error).on(SEPTEMBER[9]).state is State.MISSED


def test_what_is_only_encouraged_is_recorded_and_never_missed():
    assert Asked(concluded(), force="encouraged").on(SEPTEMBER[9]).state is State.PENDING
    assert Asked(concluded(), report(SEPTEMBER[9]), force="encouraged").on(SEPTEMBER[9]).state is State.MET_LATE


def test_an_act_entered_long_after_it_happened_is_recorded_late():
    friday, wednesday, thursday = SEPTEMBER[5], SEPTEMBER[10], SEPTEMBER[11]
    for recorded, late in ((wednesday, False), (thursday, True)):
        asked = Asked(concluded(friday), report(friday, recorded=recorded)).on(SEPTEMBER[12])
        assert (asked.state, asked.recorded_late) == (State.MET, late)


def test_of_two_numbers_that_both_fulfil_the_earlier_counts_and_of_none_the_one_that_goes_farthest():
    same = "{all_of: [" + ", ".join(f"{{event: WrittenReportDelivered, where: {{to: {to}}}}}" for to in "abc")
    same += "], same: [report_number]}"
    early = [report(SEPTEMBER[n], to, "1") for n, to in ((2, "a"), (3, "b"), (4, "c"))]
    late = [report(SEPTEMBER[n], to, "2") for n, to in ((6, "a"), (7, "b"), (8, "c"))]
    both = Asked(concluded(), *late, *early, requires=same).on(SEPTEMBER[9])
    assert (both.state, both.done_at.day) == (State.MET, 4)
    halves = Asked(concluded(), early[0], *late[:2], requires=same).on(SEPTEMBER[9])
    assert (halves.done, halves.total, len(halves.rests_on)) == (2, 3, 3)
    nothing = Asked(concluded(), requires=same).on(SEPTEMBER[9])
    assert (nothing.done, nothing.total) == (0, 3)


def test_of_two_numbers_fulfilled_at_one_instant_the_one_begun_first_counts():
    same = "{all_of: [{event: WrittenReportDelivered, where: {to: a}}, {event: WrittenReportDelivered, where: {to: b}}]"
    begun_first = [report(SEPTEMBER[2], "a", "1"), report(SEPTEMBER[4], "b", "1", recorded=SEPTEMBER[5])]
    begun_later = [report(SEPTEMBER[3], "a", "2"), report(SEPTEMBER[4], "b", "2")]
    asked = Asked(concluded(), *begun_later, *begun_first, requires=f"{same}, same: [report_number]}}")
    rests = asked.on(SEPTEMBER[9]).rests_on
    assert begun_first[0].event_id in rests
    assert begun_later[0].event_id not in rests


def test_one_excused_alternative_excuses_and_a_ratio_over_its_share_is_done_with_it():
    either = "{any_of: [{event: TeachingSentToVillages}, " + RATIO["requires"] + "]}"
    year = told("YearOpened", date(2025, 3, 1), area=COUNTY, year=2025)
    key, at = "county=220822/school_year=2025", date(2026, 9, 3)
    known = {"area": COUNTY, "school_year": 2025}
    nobody = told("RotationRecorded", date(2026, 5, 1), teachers_rotated=0, teachers_eligible=0, **known)
    assert Asked(year, nobody, **(RATIO | {"requires": either})).all(at)[key].state is State.EXCUSED
    many = told("RotationRecorded", date(2026, 5, 1), teachers_rotated=50, teachers_eligible=100, **known)
    found = Asked(year, many, **RATIO).all(at)[key]
    assert (found.done, found.total, found.done_at.month) == (10, 10, 5)


@pytest.mark.parametrize(("as_of", "state"), [(", as_of: window_end", State.MET), ("", State.MISSED)])
def test_a_set_as_of_the_window_s_end_does_not_grow_afterwards(as_of, state):
    each = f"{{each: {{member: household, of: households_known{as_of}}}, event: HouseholdSurveyed}}"
    survey = {
        "body": "township_level",
        "per": "[area, year]",
        "trigger": '{window: ["04-01", "04-30"]}',
        "requires": f"{{all_of: [{{event: TownshipSurveyClosed}}, {each}]}}",
        "due": "{at: window_end}",
    }
    facts = [
        told("HouseholdRecorded", date(2025, 3, 1), household_id="h1"),
        told("HouseholdSurveyed", date(2025, 4, 9), household_id="h1", year=2025),
        told("TownshipSurveyClosed", date(2025, 4, 20), year=2025),
        told("HouseholdRecorded", date(2025, 5, 1), hour=0, household_id="h2"),  # the first instant after it
    ]
    assert Asked(*facts, **survey).on(date(2025, 6, 1)).state is state


def test_a_rhythm_that_stops_is_told_the_day_after_its_last_visit_wore_off_not_after_the_first_days():
    cover = "{cover: {opens: [HomeVisited], until: [DropoutCaseClosed], lasts: P7D}, first_gap: P30D}"
    asked = Asked(of_case("DropoutCaseOpened", SEPTEMBER[1]), **(PERSON | {"requires": cover}))
    days = (shanghai(date(2025, 9, n)) for n in range(1, 31))
    told_on = {SEPTEMBER[1]: of_case("HomeVisited", SEPTEMBER[1])}
    fallen = []
    for day in days:
        for on in [on for on in told_on if shanghai(on, 9) < day]:
            asked.engine.feed(told_on.pop(on))
        fallen += [(day, m.due_on) for m in asked.engine.newly_missed(day)]
    assert fallen == [(shanghai(SEPTEMBER[9]), SEPTEMBER[8])]


def test_of_two_closings_the_first_ends_the_cover():
    facts = [of_case("DropoutCaseOpened", SEPTEMBER[1]), of_case("ResponsibleAssigned", SEPTEMBER[2], person="a")]
    facts += [of_case("ResponsibleReleased", SEPTEMBER[10], person="a"), of_case("DropoutCaseClosed", SEPTEMBER[10])]
    facts.append(of_case("DropoutCaseClosed", SEPTEMBER[20]))
    assert Asked(*facts, **PERSON).on(SEPTEMBER[30]).state is State.MET


def test_a_case_that_is_closed_in_a_gap_stays_missed():
    facts = [of_case("DropoutCaseOpened", SEPTEMBER[1]), of_case("ResponsibleAssigned", SEPTEMBER[2], person="a")]
    facts += [of_case("ResponsibleReleased", SEPTEMBER[10], person="a"), of_case("DropoutCaseClosed", SEPTEMBER[20])]
    state = Asked(*facts, **PERSON).on(SEPTEMBER[30])
    assert (state.state, [(g.start.day, g.end.day) for g in state.gaps]) == (State.MISSED, [(10, 20)])


def test_the_same_person_who_left_twice_left_two_gaps():
    days = (("ResponsibleAssigned", 2), ("ResponsibleReleased", 10), ("ResponsibleAssigned", 12))
    facts = [of_case(kind, SEPTEMBER[n], person="a") for kind, n in (*days, ("ResponsibleReleased", 20))]
    state = Asked(of_case("DropoutCaseOpened", SEPTEMBER[1]), *facts, **PERSON).on(SEPTEMBER[30])
    assert [(g.start.day, g.end and g.end.day) for g in state.gaps] == [(10, 12), (20, None)]
