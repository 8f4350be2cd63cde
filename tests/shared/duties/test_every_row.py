"""All 80 rows of the notice: there, quoted verbatim, due on days reckoned by hand, and in every state they declare."""

from datetime import date, timedelta
from importlib import resources

import pytest
from baoxue_shared.duties import State, load_catalogue
from baoxue_shared.duties.model import Cover
from baoxue_shared.duties.reach import reached_by
from baoxue_shared.duties.specs import specs_of

from tests.shared.duties.enacting import STARTED, Play, event

CATALOGUE = load_catalogue(planned_too=True)
DUTIES = {duty.id: duty for duty in CATALOGUE}
AUGUST, YEAR_END, SCHOOL_YEAR_END = date(2025, 8, 31), date(2025, 12, 31), date(2026, 8, 31)
AUTUMN_END, MARCH, SEPTEMBER = date(2026, 1, 16), date(2025, 3, 31), date(2025, 9, 30)
# id → the day by which its first variant is first due, in a county whose record begins on 1 January 2025, whose year is
# opened on 3 March, and where what happens happens on Wednesday 10 September 2025
DUE = {
    "D-1.1-targets": AUGUST,
    "D-1.1-township-supervision": AUTUMN_END,
    "D-1.1-township-duty": date(2025, 10, 10),
    "D-1.2-education-lead": SCHOOL_YEAR_END,
    "D-1.2-schooling-conduct": SCHOOL_YEAR_END,
    "D-1.2-no-forced-leave": None,
    "D-1.2-no-discrimination": None,
    "D-1.2-civil-affairs": YEAR_END,
    "D-1.2-justice-aid": YEAR_END,
    "D-1.2-child-labour": YEAR_END,
    "D-1.2-identity": YEAR_END,
    "D-1.2-special-children": SCHOOL_YEAR_END,
    "D-1.2-phantom-pupils": MARCH,
    "D-1.2-surroundings": AUTUMN_END,
    "D-1.3-know-all": date(2025, 10, 10),
    "D-1.3-guardian-duty": date(2025, 10, 20),
    "D-1.3-parent-school": SCHOOL_YEAR_END,
    "D-1.3-criticism": date(2025, 9, 20),
    "D-1.3-order": date(2025, 9, 25),
    "D-1.3-judicial-document": date(2025, 9, 25),
    "D-1.3-liability": date(2025, 10, 10),
    "D-1.3-report-system": SCHOOL_YEAR_END,
    "D-1.3-holiday-visits": date(2026, 3, 1),
    "D-1.3-watch-visits": date(2025, 10, 10),
    "D-1.3-rollcall-15": date(2025, 9, 16),
    "D-1.3-written-report": date(2025, 9, 15),
    "D-1.3-cadre-persuasion": date(2025, 10, 1),
    "D-2.1-march-study": MARCH,
    "D-2.1-march-publicity": MARCH,
    "D-2.1-april-survey": date(2025, 4, 30),
    "D-2.1-april-summary": date(2025, 4, 30),
    "D-2.1-may-plan": date(2025, 5, 31),
    "D-2.1-may-followup": SEPTEMBER,
    "D-2.1-placement-rules": None,
    "D-2.1-notices": SEPTEMBER,
    "D-2.2-layout-plan": date(2026, 9, 10),
    "D-2.2-school-layout": None,
    "D-2.2-restore": None,
    "D-2.2-boarding": SCHOOL_YEAR_END,
    "D-2.2-distance": date(2025, 10, 10),
    "D-2.3-management": SCHOOL_YEAR_END,
    "D-2.3-small-school-funds": YEAR_END,
    "D-2.3-funds-audit": date(2026, 3, 31),
    "D-2.3-teacher-rotation": SCHOOL_YEAR_END,
    "D-2.3-pairing": SCHOOL_YEAR_END,
    "D-2.3-supply-digital": SCHOOL_YEAR_END,
    "D-2.4-mentor": date(2025, 10, 10),
    "D-2.4-counselling": date(2025, 10, 10),
    "D-2.4-mental-health": SCHOOL_YEAR_END,
    "D-2.5-identify": YEAR_END,
    "D-2.5-one-plan": SCHOOL_YEAR_END,
    "D-2.5-priority": None,
    "D-2.5-left-behind": AUTUMN_END,
    "D-2.5-migrant-orphan": date(2025, 11, 9),
    "D-2.5-further-education": date(2025, 12, 9),
    "D-2.5-society": None,
    "D-2.6-vocational": SCHOOL_YEAR_END,
    "D-2.7-register-check": SEPTEMBER,
    "D-2.7-dropout-mark": date(2025, 9, 15),
    "D-2.7-transfer": date(2025, 10, 10),
    "D-2.7-dropout-report": date(2025, 9, 28),
    "D-2.7-other-leaving": None,
    "D-2.7-focus": MARCH,
    "D-3.1-leading-group": SCHOOL_YEAR_END,
    "D-3.1-city-plan": SCHOOL_YEAR_END,
    "D-3.1-county-plan": SCHOOL_YEAR_END,
    "D-3.1-people-congress": YEAR_END,
    "D-3.1-congress-inspection": date(2025, 10, 10),
    "D-3.1-bulletins": date(2026, 9, 10),
    "D-3.1-talks": date(2025, 9, 25),
    "D-3.2-pledges": AUGUST,
    "D-3.2-responsible-persons": date(2025, 1, 31),
    "D-3.2-person-for-child": date(2025, 9, 13),
    "D-3.3-evaluation": date(2026, 3, 31),
    "D-3.3-duty-evaluation": date(2026, 3, 31),
    "D-3.3-inspection": AUTUMN_END,
    "D-3.3-county-inspection": AUTUMN_END,
    "D-3.3-school-inspector": AUTUMN_END,
    "D-3.3-results": date(2025, 10, 20),
    "D-3.3-accountability": date(2025, 11, 9),
}
STATES = [
    pytest.param(duty.id, number, state, id=f"{duty.id}/{number}/{state.value}")
    for duty in CATALOGUE
    for number, variant in enumerate(duty.variants)
    for state in sorted(reached_by(duty, variant))
]


def test_the_catalogue_has_the_eighty_rows_of_the_scope_in_its_order():
    assert [duty.id for duty in load_catalogue()] == list(DUE)
    assert len(DUE) == 80


@pytest.mark.parametrize("duty", tuple(CATALOGUE), ids=lambda duty: duty.id)
def test_each_text_stands_in_its_clause_word_for_word(duty):
    notice = (resources.files("baoxue_shared.duties") / "data" / "notice.zh.txt").read_text("utf-8")
    part, section = ("一二三四五六七"[int(n) - 1] for n in duty.clause.split("."))
    chapter = notice.split(f"\n{part}、")[1].split("\n附件" if part == "三" else f"\n{'二三'['一二'.index(part)]}、")[0]
    paragraph = next(line for line in chapter.splitlines() if line.startswith(f"({section})"))
    assert duty.text in paragraph
    assert duty.id.startswith(f"D-{duty.clause}-")


@pytest.mark.parametrize("duty_id", DUE)
def test_each_row_is_due_on_the_day_reckoned_by_hand(duty_id):
    play = Play(DUTIES[duty_id], 0)
    assert (play.begun and play.begun.due_on) == DUE[duty_id]


@pytest.mark.parametrize(("duty_id", "number", "state"), STATES)
def test_each_row_reaches_each_state_that_it_declares(duty_id, number, state):
    play = Play(DUTIES[duty_id], number)
    assert REACHED[state](play).state is state


def _pending(play):
    return play.on(play.begun.since, hour=11)


def _met(play):
    if isinstance(play.variant.requires, Cover):
        return play.on(play.begun.since, _opening(play, play.begun.since), hour=23)
    day = _first_day(play)
    return play.on(max(day, play.begun.due_on or day), *play.fulfilled(day), hour=23)


def _first_day(play):
    """Of a bulletin the day after the period, else the first day on which it counts."""
    spec = specs_of(play.variant.requires)[0]
    after = any(test == "period_end" for _, test, _ in spec.where)
    return play.base() + timedelta(days=1) if after else play.begun.since


def _opening(play, day):
    opens = play.variant.requires.opens[0]
    return event(opens, play.names | {"by": "p"}, day, **({"person": "p"} if play.variant.requires.by else {}))


def _met_late(play):
    late = play.begun.due_on + timedelta(days=2)
    if isinstance(play.variant.requires, Cover):
        return play.on(late, _opening(play, late), hour=23)
    return play.on(late, *play.fulfilled(late), hour=23)


def _missed(play):
    return play.on(play.begun.due_on + timedelta(days=1), hour=1)


def _excused(play):
    if not play.variant.excuses:
        said = {"teachers_eligible": 0, "teachers_rotated": 0, "backbone_rotated": 0}
        spec = specs_of(play.variant.requires)[0]
        return play.on(play.begun.due_on, event(spec, play.names, play.begun.since, **said))
    excuse = play.variant.excuses[0]
    told = {excuse.until: (play.begun.due_on + timedelta(days=30)).isoformat()} if excuse.until else {}
    return play.on(play.begun.due_on + timedelta(days=3), event(excuse.spec, play.names, STARTED, **told))


def _void(play):
    if play.variant.void_by:
        return play.on(STARTED + timedelta(days=2), event(play.variant.void_by[0], play.names, STARTED))
    ended = event(play.variant.requires.until[0], play.names, play.begun.since)
    return play.on(play.begun.due_on + timedelta(days=5), ended)


def _violated(play):
    if play.variant.forbids:
        against = dict.fromkeys(play.variant.forbids.when_any, True)
        return play.on(STARTED, event(play.variant.forbids.spec, play.names, STARTED, **against))
    broken = event(play.variant.requires.specs[0], {"area": "220822100"}, STARTED)
    return play.on(STARTED + timedelta(days=1), broken)


REACHED = {
    State.PENDING: _pending,
    State.MET: _met,
    State.MET_LATE: _met_late,
    State.MISSED: _missed,
    State.EXCUSED: _excused,
    State.VOID: _void,
    State.VIOLATED: _violated,
}


def test_each_row_says_what_it_waits_for():
    waiting = {duty.id: duty.waiting_for for duty in load_catalogue()}
    assert waiting["D-2.1-april-survey"] == ()
    assert "LayoutPlanAdopted" in waiting["D-2.2-layout-plan"]
    awake = ("D-1.2-special-children", "D-2.1-march-publicity", "D-2.1-may-followup", "D-2.1-placement-rules")
    assert [waiting[duty_id] for duty_id in awake] == [()] * 4
