"""The spans of time that start duties: by the calendar, or as counties opened their semesters."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from baoxue_shared.calendar.county import CountyCalendar, Semester
from baoxue_shared.duties.fact import Fact
from baoxue_shared.duties.instance import Span
from baoxue_shared.duties.model import Trigger

DAY = timedelta(days=1)
BY_SEMESTER = ("semester", "half_semester", "month")
Named = tuple[dict[str, str], Span]


def semester_of(fact: Fact) -> Semester:
    days = (date.fromisoformat(str(fact.data[name])) for name in ("opens_on", "midpoint_on", "ends_on"))
    return Semester(str(fact.data["semester"]), *days)


class Periods:
    """Semesters by county, every version that was told; a city goes by its first county."""

    def __init__(self) -> None:
        self._told: dict[str, list[Fact]] = defaultdict(list)
        self.calendars: dict[str, CountyCalendar] = {}

    def add(self, fact: Fact) -> None:
        """A semester was opened, or opened anew with other days."""
        county = fact.area[:6]
        self._told[county].append(fact)
        calendar = CountyCalendar()
        for told in sorted(self._told[county], key=lambda f: (f.recorded_at, f.event_id)):
            calendar.open(semester_of(told))
        self.calendars[county] = calendar

    def calendar_of(self, area: str) -> CountyCalendar:
        """An area's calendar, as told last; an empty one where nobody opened a semester."""
        county = self._county(area)
        return self.calendars[county] if county else CountyCalendar()

    def spans(self, trigger: Trigger, area: str, years: range) -> Iterator[Named]:
        """Names and span of everything that the trigger starts in an area, beginning in these years."""
        if trigger.window or trigger.period in {"year", "budget_year", "school_year"}:
            yield from (_fixed(trigger, year) for year in years)
        elif trigger.period == "holiday":
            yield from self._holidays(trigger, area)
        elif trigger.period in BY_SEMESTER:
            yield from self._semesters(str(trigger.period), area)

    def _county(self, area: str) -> str | None:
        return min((county for county in self._told if county.startswith(area[:6])), default=None)

    def _facts(self, area: str) -> list[Fact]:
        county = self._county(area)
        return self._told[county] if county else []

    def _semesters(self, kind: str, area: str) -> Iterator[Named]:
        for fact in self._facts(area):
            alone = CountyCalendar()
            alone.open(semester_of(fact))
            for period in alone.periods(kind, date.min, date.max):
                names = {"period": period.key, kind: period.key, "semester": str(fact.data["semester"])}
                yield names, ((fact,), period.first, period.last)

    def _holidays(self, trigger: Trigger, area: str) -> Iterator[Named]:
        """Between two semesters that follow each other: winter after autumn, summer after spring."""
        facts = self._facts(area)
        for before in facts:
            ended = semester_of(before)
            year, _, season = ended.name.partition("-")
            kind, following = (
                ("winter", f"{int(year) + 1}-spring") if season == "autumn" else ("summer", f"{year}-autumn")
            )
            if trigger.kinds and kind not in trigger.kinds:
                continue
            for then in facts:
                if then.data["semester"] == following:
                    last = semester_of(then).opens_on - DAY
                    names = {"period": f"{year}-{kind}", "holiday": f"{year}-{kind}"}
                    yield names, ((before, then), ended.ends_on + DAY, last)


def _fixed(trigger: Trigger, year: int) -> Named:
    if trigger.window:
        first, last = (_day(year, day) for day in trigger.window)
    elif trigger.period == "school_year":
        first, last = date(year, 9, 1), date(year + 1, 8, 31)
    else:
        first, last = date(year, 1, 1), date(year, 12, 31)
    key = f"{first:%Y-%m}" if trigger.window else str(year)
    return {"period": key, "year": str(year), str(trigger.period or "year"): str(year)}, ((), first, last)


def _day(year: int, day: str) -> date:
    """29 February is the 28th in other years."""
    try:
        return date.fromisoformat(f"{year}-{day}")
    except ValueError:
        return date(year, 2, 28)
