"""What moves a duty that stands: another paper, a person who leaves, a group that is cleared; and what it can hear."""

from datetime import date

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut, Engine, State, load_catalogue
from baoxue_shared.duties.bodies import SCHOOLS, bearer_field
from baoxue_shared.duties.kinds import contracts, fields_of, lacking, planned
from baoxue_shared.duties.persons import Persons

from tests.shared.duties.rules import COUNTY, SCHOOL, TOWN, Asked, told, zone

CHILD, NOTICE, CASE = {"child_id": "k1"}, {"notice_id": "n1"}, {"case_id": "f1"}
SEPTEMBER = {n: date(2025, 9, n) for n in range(1, 31)}


def engine(*facts):
    made = Engine(load_catalogue(planned_too=True))
    for fact in facts:
        made.feed(fact)
    return made


def state(made, duty_id, day, hour=12):
    (found,) = [s for s in made.states(Cut(shanghai(day, hour))) if s.duty_id == duty_id]
    return found


SERVED = (
    told("NoticeIssued", date(2025, 6, 1), report_on=SEPTEMBER[1], **CHILD, **NOTICE),
    told("NoticeServed", date(2025, 6, 10), **CHILD, **NOTICE),
)
REISSUED = told("NoticeReissued", SEPTEMBER[5], report_on=SEPTEMBER[20], **CHILD, **NOTICE)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_reissued_notice_moves_the_guardian_s_day_and_what_was_missed_stays_missed_as_of_then(order):
    facts = (*SERVED, REISSUED)
    made = engine(*(facts[n] for n in order))
    assert state(made, "D-1.3-guardian-duty", SEPTEMBER[3]).state is State.MISSED
    assert state(made, "D-1.3-guardian-duty", SEPTEMBER[6]).state is State.PENDING
    assert state(made, "D-1.3-guardian-duty", SEPTEMBER[21]).state is State.MISSED
    assert state(made, "D-1.3-guardian-duty", SEPTEMBER[21]).due_on == SEPTEMBER[20]


def test_a_guardian_who_comes_by_the_reissued_notice_s_day_is_in_time():
    came = told("CheckedIn", SEPTEMBER[20], **CHILD)
    assert state(engine(*SERVED, REISSUED, came), "D-1.3-guardian-duty", SEPTEMBER[25]).state is State.MET
    assert state(engine(*SERVED, came), "D-1.3-guardian-duty", SEPTEMBER[25]).state is State.MET_LATE


OPENED = told("DropoutCaseOpened", SEPTEMBER[6], opened_on=SEPTEMBER[6], school_id=SCHOOL, **CHILD, **CASE)
ASSIGNED = told("ResponsibleAssigned", SEPTEMBER[7], since=SEPTEMBER[7], person="p", **CASE)


def left(day, person="p", body=SCHOOL):
    return told("PersonLeftBody", day, person=person, body=body, left_on=day)


def test_a_person_who_left_the_body_no_longer_covers_the_child():
    made = engine(OPENED, ASSIGNED, left(SEPTEMBER[15]))
    assert state(made, "D-3.2-person-for-child", SEPTEMBER[15], 23).state is State.MET
    gap = state(made, "D-3.2-person-for-child", SEPTEMBER[16])
    assert (gap.state, gap.gaps[0].start) == (State.MISSED, shanghai(SEPTEMBER[16]))
    assert state(engine(OPENED, ASSIGNED, left(SEPTEMBER[15], "q")), "D-3.2-person-for-child", SEPTEMBER[16]).gaps == ()


def test_who_had_left_before_the_day_that_decides_is_not_named_as_responsible():
    late = (OPENED, ASSIGNED, told("ResponsibleReleased", SEPTEMBER[20], until=SEPTEMBER[20], person="q", **CASE))
    assert state(engine(*late), "D-3.2-person-for-child", SEPTEMBER[25]).persons == ("p",)
    gone = engine(OPENED, ASSIGNED, left(SEPTEMBER[10]))
    unmet = told("PersuasionConcluded", SEPTEMBER[12], outcome="refused", persuasion="1", school_id=SCHOOL, **CASE)
    gone.feed(unmet)
    assert state(gone, "D-1.3-written-report", SEPTEMBER[30]).persons == ()


def named(day, person, rank="first"):
    return told("ResponsibleNamed", day, body=COUNTY, office="county_government", person=person, rank=rank, area=COUNTY)


def test_a_body_whose_first_responsible_left_is_uncovered_and_names_nobody(monkeypatch):
    monkeypatch.setattr(Persons, "known", lambda *_: True)
    year = told("YearOpened", date(2025, 1, 2), area=COUNTY, year=2025)
    facts = (year, named(date(2025, 1, 10), "a"), named(date(2025, 1, 10), "b", "direct"))
    targets = "D-1.1-targets"
    assert state(engine(*facts), targets, SEPTEMBER[3]).persons == ("a", "b")
    assert state(engine(*facts, left(date(2025, 3, 3), "a", COUNTY)), targets, SEPTEMBER[3]).persons == ("b",)
    assert state(engine(*facts, left(SEPTEMBER[2], "a", COUNTY)), targets, SEPTEMBER[3]).persons == ("a", "b")
    assert state(engine(*facts, left(date(2025, 3, 3), "a")), targets, SEPTEMBER[3]).persons == ("a", "b")
    relieved = told("ResponsibleRelieved", date(2025, 3, 3), body=COUNTY, office="x", person="b", area=COUNTY)
    assert state(engine(*facts, relieved), targets, SEPTEMBER[3]).persons == ("a",)
    both = engine(*facts, left(date(2025, 3, 3), "a", COUNTY), left(date(2025, 3, 3), "b", COUNTY))
    county = [
        s for s in both.states(Cut(shanghai(date(2025, 3, 6)))) if s.key == f"office=county_government/bearer={COUNTY}"
    ]
    assert [s.state for s in county if s.duty_id == "D-3.2-responsible-persons"] == [State.MISSED]


def test_each_special_group_s_difficulty_is_owed_by_flag_and_no_event_says_which_group_it_is():
    flag = told("GroupFlagSet", SEPTEMBER[1], from_on=SEPTEMBER[1], flag_id="g1", **CHILD)
    owed = state(engine(zone(), flag), "D-2.5-migrant-orphan", SEPTEMBER[2])
    assert (owed.key, owed.child, owed.state) == ("child=k1/flag=g1", "k1", State.PENDING)
    solved = told("DifficultySolved", SEPTEMBER[9], flag_id="g1", **CHILD)
    assert state(engine(zone(), flag, solved), "D-2.5-migrant-orphan", SEPTEMBER[10]).state is State.MET
    cleared = told("GroupFlagCleared", SEPTEMBER[9], flag_id="g1", **CHILD)
    assert state(engine(zone(), flag, cleared), "D-2.5-migrant-orphan", SEPTEMBER[10]).state is State.VOID
    assert "group" not in contracts()["GroupFlagSet"].model_fields


def test_a_prohibition_is_awake_as_soon_as_one_breach_can_be_told_and_names_what_it_cannot_hear():
    rows = {duty.id: duty for duty in load_catalogue()}
    forced = rows["D-1.2-no-forced-leave"]
    assert not forced.waits
    assert set(forced.waiting_for) == {kind for kind in ("ForcedLeaveUpheld",) if kind not in contracts()}
    breach = told("ForcedLeaveAttempted", SEPTEMBER[3], school_id=SCHOOL, area=TOWN, **CHILD)
    made = Engine(load_catalogue())
    made.feed(breach)
    assert state(made, "D-1.2-no-forced-leave", SEPTEMBER[4]).state is State.VIOLATED


def test_a_cover_need_not_wait_for_every_way_of_closing_it():
    rows = {duty.id: duty for duty in load_catalogue()}
    assert not rows["D-3.2-person-for-child"].waits


def test_what_is_published_whole_is_no_longer_planned():
    done = [kind for kind, fields in planned().items() if not any(lacking(kind, field) for field in ("", *fields))]
    assert done == []


def test_a_rule_whose_day_is_told_by_either_of_two_events_goes_by_the_latest():
    changed = {
        "per": "[child]",
        "body": "guardian",
        "trigger": "{event: NoticeServed}",
        "requires": "{event: CheckedIn}",
        "due": "{field: report_on, event: [NoticeIssued, NoticeReissued]}",
    }
    assert Asked(*SERVED, **changed).on(SEPTEMBER[1]).due_on == SEPTEMBER[1]
    assert Asked(*SERVED, REISSUED, **changed).on(SEPTEMBER[6]).due_on == SEPTEMBER[20]


def test_no_row_is_awake_whose_bearer_the_event_that_starts_it_does_not_name_yet():
    for duty in load_catalogue():
        for variant in duty.variants:
            event = variant.trigger.event
            if event and not variant.each and not variant.waiting_for and variant.body in {*SCHOOLS, "guardian"}:
                field = bearer_field(variant.body)
                assert field not in (fields_of(event.kind) or ()) or lacking(event.kind, field) is None, duty.id
    if lacking("NeedAssessed", "school_id"):
        mentor = next(duty for duty in load_catalogue() if duty.id == "D-2.4-mentor")
        assert "NeedAssessed.school_id" in mentor.waiting_for
