"""The order in which facts arrive, and their repetition, change no answer."""

from datetime import date

from baoxue_shared.clock import shanghai
from baoxue_shared.duties import Cut
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared.duties import county as c

FACTS = (
    c.year(),
    c.zone(),
    c.semester(),
    c.household(1),
    c.household(2),
    c.surveyed(1, date(2025, 4, 8)),
    c.surveyed(2, date(2025, 4, 9), recorded=date(2025, 5, 9)),
    c.survey_closed(date(2025, 4, 24)),
    c.listed(date(2025, 9, 8), 1, 2),
    c.verified(date(2025, 9, 9), 1),
    c.verified(date(2025, 9, 20), 2),
    c.roll_call_closed(date(2025, 9, 21)),
    c.case_opened(date(2025, 9, 6)),
    c.assigned(date(2025, 9, 12)),
    c.released(date(2025, 9, 30)),
)
CUTS = [
    Cut(shanghai(date(2025, m, d), 12), by)
    for m, d in ((4, 30), (5, 10), (9, 10), (9, 22), (12, 1))
    for by in ("recorded", "occurred")
]
EXPECTED = [c.engine(*FACTS).states(cut) for cut in CUTS]


@settings(max_examples=50, deadline=None)
@given(st.permutations(FACTS), st.lists(st.sampled_from(FACTS), max_size=8))
def test_any_order_and_repetition_give_the_same_states(facts, again):
    made = c.engine(*facts, *again)
    assert [made.states(cut) for cut in CUTS] == EXPECTED


@settings(max_examples=50, deadline=None)
@given(st.permutations(FACTS))
def test_an_engine_asked_all_the_time_answers_like_one_fed_at_once(facts):
    made = c.engine()
    for fact in facts:
        made.feed(fact)
        made.states(CUTS[-1])
    assert [made.states(cut) for cut in CUTS] == EXPECTED
