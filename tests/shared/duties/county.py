"""Facts of a small county for the engine, told by hand."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

from baoxue_shared.clock import shanghai
from baoxue_shared.contracts import cases, enrollment, oversight
from baoxue_shared.duties import Cut, Engine, Fact, fact_of, load_catalogue
from baoxue_shared.view import Heard

TOWN, VILLAGE = "220822100", "220822100200"
SCHOOL = UUID(int=1)
CATALOGUE = load_catalogue()
_number = count(1)


def fact(contract, day, *, recorded=None, hour=9) -> Fact:
    """A contract that happened on a day (a date, or an instant) and was recorded then unless said."""
    occurred = day if isinstance(day, datetime) else shanghai(day, hour)
    n = next(_number)
    return fact_of(
        Heard(
            publisher=contract.service,
            epoch=1,
            position=n,
            recorded_at=shanghai(recorded, hour) if recorded else occurred,
            occurred_at=occurred,
            actor="a",
            jurisdiction="220822",
            correlation_id="c",
            event_id=f"{contract.service}:1:{n}",
            body=contract,
            role="r",
            organisation="o",
            originator_id=str(UUID(int=n)),
        )
    )


def engine(*facts) -> Engine:
    made = Engine(CATALOGUE)
    for one in facts:
        made.feed(one)
    return made


def year(number=2025):
    opened = enrollment.YearOpened(area="220822", year_id=UUID(int=9), year=number)
    return fact(opened, date(number, 3, 1))


def zone(school_id=SCHOOL, kind="central"):
    drawn = enrollment.ZoneDrawn(
        area=TOWN, school_id=school_id, name="中心校", stage="nine_year", kind=kind, township=TOWN, villages=(TOWN,)
    )
    return fact(drawn, date(2025, 3, 1))


def household(number):
    return fact(enrollment.HouseholdRecorded(area=VILLAGE, household_id=UUID(int=number)), date(2025, 4, 1))


def surveyed(number, day, **more):
    body = enrollment.HouseholdSurveyed(area=VILLAGE, household_id=UUID(int=number), year=2025, surveyed_on=day)
    return fact(body, day, **more)


def survey_closed(day, **more):
    return fact(enrollment.TownshipSurveyClosed(area=TOWN, year=2025, closed_on=day), day, **more)


def semester():
    opened = enrollment.SemesterOpened(
        area="220822",
        year_id=UUID(int=9),
        semester="2025-autumn",
        opens_on=date(2025, 9, 1),
        midpoint_on=date(2025, 11, 7),
        ends_on=date(2026, 1, 16),
    )
    return fact(opened, date(2025, 8, 20))


def _roll_call(contract, day, **facts):
    known = {"area": TOWN, "roll_call_id": UUID(int=5), "school_id": SCHOOL, "semester": "2025-autumn"}
    return fact(contract(**known, **facts), day)


def listed(day, *children):
    return _roll_call(cases.PupilsNotCheckedIn, day, children=tuple(map(_child, children)), listed_on=day)


def verified(day, child):
    return _roll_call(cases.AbsenceCauseVerified, day, child_id=_child(child), cause="poverty", verified_on=day)


def roll_call_closed(day):
    return _roll_call(cases.RollCallClosed, day, closed_on=day)


def _child(number):
    return UUID(int=1000 + number)


_CASE = {"area": VILLAGE, "case_id": UUID(int=7), "child_id": UUID(int=1001), "school_id": SCHOOL}


def case_opened(day):
    return fact(cases.DropoutCaseOpened(**_CASE, source="check_in_missed", opened_on=day), day)


def assigned(day, person="p1", since=None):
    return fact(cases.ResponsibleAssigned(**_CASE, person=person, since=since or day), day)


def released(day, person="p1"):
    return fact(cases.ResponsibleReleased(**_CASE, person=person, until=day), day)


def case_closed(day):
    return fact(cases.DropoutCaseClosed(**_CASE, outcome="returned", closed_on=day), day)


def in_error(day):
    return fact(cases.DropoutCaseOpenedInError(area=VILLAGE, case_id=UUID(int=7), child_id=UUID(int=1001)), day)


def bulletin(period, level, body, as_of, day):
    issued = oversight.BulletinIssued(
        area=TOWN if level == "central_school" else body,
        bulletin_id=UUID(int=3),
        level=level,
        body=body,
        period=period,
        figures_as_of=as_of,
        issued_on=day,
    )
    return fact(issued, day)


def state(made, duty_id, key, day, *, by="recorded", hour=12):
    return made.state(duty_id, key, Cut(shanghai(day, hour), by))


def days(first, number):
    return [first + timedelta(days=n) for n in range(number)]
