"""Questions to the ledger of duties: by body, person, clause, area, child, case, state and period."""

from datetime import date
from uuid import UUID

import pytest
from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut
from baoxue_shared.duties.asking import NOT_STARTED, WAITING, Wanted, paged, told, without_state

from tests.shared.duties import county as c

FACTS = (
    c.year(),
    c.zone(),
    c.semester(),
    c.case_opened(date(2025, 9, 6)),
    c.assigned(date(2025, 9, 8), "p1"),
    c.released(date(2025, 9, 20), "p1"),
)
MADE = c.engine(*FACTS)
AT = Cut(shanghai(date(2025, 9, 25), 12))
CASE, CHILD = str(UUID(int=7)), str(UUID(int=1001))


def asked(**wanted):
    return {(s.duty_id, s.key) for s in MADE.states(AT) if Wanted(**wanted).wants(s)}


@pytest.mark.parametrize(
    ("wanted", "duties"),
    [
        ({"case": CASE}, {"D-3.2-person-for-child", "D-1.3-guardian-duty"}),
        ({"child": CHILD}, {"D-3.2-person-for-child", "D-1.3-guardian-duty"}),
        ({"body": "guardian"}, {"D-1.3-guardian-duty"}),
        ({"body": str(c.SCHOOL), "clause": "1.3"}, {"D-1.3-rollcall-15"}),
        ({"clause": "2.1", "area": c.TOWN}, {"D-2.1-april-survey"}),
        ({"period": "2025-09"}, {"D-3.1-bulletins", "D-1.2-phantom-pupils", "D-2.7-register-check"}),
        ({"state": "missed", "duty": "D-3.2"}, {"D-3.2-person-for-child"}),
        ({"person": "p2"}, set()),
        ({"area": "220881"}, set()),
    ],
)
def test_each_filter_narrows_to_what_it_names(wanted, duties):
    assert {duty_id for duty_id, _ in asked(**wanted)} == duties


def test_the_responsible_person_is_the_one_at_the_time():
    key = f"case={CASE}"
    named = [
        MADE.state("D-3.2-person-for-child", key, Cut(shanghai(date(2025, 9, n), 12))).persons for n in (7, 10, 25)
    ]
    assert named == [(), ("p1",), ("p1",)]  # after the 20th nobody: the gap is p1's, who left at that day's end


def test_every_duty_of_the_catalogue_has_an_answer_or_a_mark():
    rows = told(MADE.states(AT))
    there = {row["duty_id"] for row in rows}
    marks = {row["duty_id"]: row["mark"] for row in without_state(c.CATALOGUE, there, Wanted())}
    assert {row["duty_id"] for row in rows} | set(marks) == {duty.id for duty in c.CATALOGUE}
    assert len({row["duty_id"] for row in rows}) + len(marks) == 80
    waiting = {duty.id for duty in c.CATALOGUE if duty.waits}
    assert {duty_id for duty_id, mark in marks.items() if mark == WAITING} == waiting
    assert marks["D-2.2-distance"] == NOT_STARTED
    assert without_state(c.CATALOGUE, there, Wanted(state="missed")) == []


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_pages_together_are_the_whole_list_each_row_once(limit):
    states = MADE.states(AT)
    found, after = [], ""
    while after is not None:
        shown, after = paged(states, after, limit)
        assert 0 < len(shown) <= limit
        found += shown
    assert found == states


def test_the_page_after_a_row_that_is_gone_begins_where_it_stood():
    states = MADE.states(AT)
    shown, _ = paged(states, f"{states[3].duty_id} {states[3].key}!", 2)
    assert shown == states[4:6]
