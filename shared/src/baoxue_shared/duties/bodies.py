"""Who can bear a duty: bodies are known from the record, from an instant on."""

from collections import defaultdict
from datetime import datetime

from baoxue_shared.duties.fact import Cut, Fact

PLACES = frozenset({"HouseholdRecorded", "SurveyOpened", "ZoneDrawn", "YearOpened", "SemesterOpened"})
LENGTHS = {"city_government": 4, "county_government": 6, "county_education": 6, "township_level": 9}


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


class Bodies:
    """All bodies by kind and code."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Body]] = defaultdict(dict)

    def of(self, kind: str) -> list[Body]:
        return list(self._found[kind].values())

    def area_of(self, code: str) -> str | None:
        """A school's township."""
        body = self._found["school"].get(code)
        return body.area if body else None

    def add(self, fact: Fact) -> bool:
        """Whether a new body appeared."""
        if fact.kind not in PLACES:
            return False
        place = str(fact.data["township"]) if fact.kind == "ZoneDrawn" else fact.area
        new = [
            self._add(kind, place[:length], place[:length], fact)
            for kind, length in LENGTHS.items()
            if len(place) >= length
        ]
        if fact.kind == "ZoneDrawn":
            school = str(fact.data["school_id"])
            kinds = ("school", "central_school") if fact.data["kind"] == "central" else ("school",)
            new.extend(self._add(kind, school, place, fact) for kind in kinds)
        return any(new)

    def _add(self, kind: str, code: str, area: str, fact: Fact) -> bool:
        new = code not in self._found[kind]
        self._found[kind].setdefault(code, Body(code, area)).add(fact)
        return new
