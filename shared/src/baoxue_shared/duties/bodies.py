"""Who can bear a duty: bodies are known from the record, from an instant on."""

from collections import defaultdict
from datetime import datetime

from baoxue_shared.duties.fact import Cut, Fact

PLACES = frozenset({"HouseholdRecorded", "SurveyOpened", "ZoneDrawn", "YearOpened", "SemesterOpened"})
CITY = ("city_government", "city_education", "city_supervision")
COUNTY = (
    "county_government",
    "county_education",
    "county_supervision",
    "civil_affairs",
    "justice",
    "human_resources",
    "public_security",
    "market_supervision",
    "culture",
    "comprehensive_governance",
    "disabled_federation",
)
LENGTHS = {4: CITY, 6: COUNTY, 9: ("township_level",)}
CODE_LENGTH = {kind: length for length, kinds in LENGTHS.items() for kind in kinds} | {"village_committee": 12}
SCHOOLS = ("school", "central_school", "junior_school")
PERSONS = ("guardian", "named_body")  # the event names them
KINDS = (*CODE_LENGTH, *SCHOOLS, *PERSONS)
JUNIOR = ("junior", "nine_year")


class Body:
    """职责承担者: a code or school id, its area, and what made it known."""

    def __init__(self, code: str, area: str) -> None:
        self.code, self.area = code, area
        self._known: list[Fact] = []

    def add(self, fact: Fact) -> bool:
        """False if another fact already made the body known, at least as early in both times."""
        if any(k.recorded_at <= fact.recorded_at and k.occurred_at <= fact.occurred_at for k in self._known):
            return False
        self._known.append(fact)
        return True

    def known(self, cut: Cut, before: datetime) -> bool:
        """Whether the record at the cut has the body, as of before an instant of the world."""
        return any(cut.knows(fact) and fact.occurred_at < before for fact in self._known)

    def since(self, cut: Cut) -> datetime | None:
        """When it appeared in the world, by what is known at the cut."""
        return min((fact.occurred_at for fact in self._known if cut.knows(fact)), default=None)


class Bodies:
    """All bodies by kind and code."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Body]] = defaultdict(dict)
        self._earliest: dict[str, Fact] = {}  # by place: what comes later in both times tells nothing new

    def of(self, kind: str) -> list[Body]:
        return list(self._found[kind].values())

    def within(self, kind: str, area: str) -> list[Body]:
        """Those in an area, by whole code levels."""
        return [body for body in self._found[kind].values() if body.area.startswith(area)]

    def area_of(self, code: str) -> str | None:
        """A school's township."""
        body = self._found["school"].get(code)
        return body.area if body else None

    def add(self, fact: Fact) -> list[tuple[str, Body]]:
        """The bodies, by kind, that the fact made known for the first time."""
        if fact.kind not in PLACES:
            return []
        place = str(fact.data["township"]) if fact.kind == "ZoneDrawn" else fact.area
        if fact.kind != "ZoneDrawn":
            told = self._earliest.setdefault(place[:9], fact)
            if told is not fact and told.recorded_at <= fact.recorded_at and told.occurred_at <= fact.occurred_at:
                return []
        named = [(kind, place[:n], place[:n]) for n, kinds in LENGTHS.items() if len(place) >= n for kind in kinds]
        if fact.kind == "ZoneDrawn":
            named += [(kind, str(fact.data["school_id"]), place) for kind in _kinds_of(fact)]
        return [(kind, self._found[kind][code]) for kind, code, area in named if self._add(kind, code, area, fact)]

    def _add(self, kind: str, code: str, area: str, fact: Fact) -> bool:
        new = code not in self._found[kind]
        self._found[kind].setdefault(code, Body(code, area)).add(fact)
        return new


def _kinds_of(zone: Fact) -> list[str]:
    kinds = ["school"]
    if zone.data["kind"] == "central":
        kinds.append("central_school")
    if zone.data["stage"] in JUNIOR:
        kinds.append("junior_school")
    return kinds


def bearer_field(kind: str) -> str:
    """Which field of an event names a body that no division code tells."""
    return {"guardian": "child_id", "named_body": "body"}.get(kind, "school_id")


def bearer_of(kind: str, fact: Fact) -> str | None:
    """The body of a kind that an event concerns; None if it tells none."""
    if kind in CODE_LENGTH:
        length = CODE_LENGTH[kind]
        return fact.area[:length] if len(fact.area) >= length else None
    told = fact.data.get(bearer_field(kind))
    return str(told) if told else None
