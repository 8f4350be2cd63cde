"""What schools have, how far the villages are, and which school has fewer places than children."""

from collections import Counter
from datetime import date
from typing import Any

from baoxue_shared.divisions import villages_of

from baoxue_deploy.simulation.people import People, School

NEAREST, STEP = 600, 500  # metres to the first village, and from one to the next
BEDS, BUS_SEATS, POSTS = 4, 8, 3


def way(school: School, village: str) -> int:
    """Metres, by the order of the township's villages."""
    return NEAREST + STEP * villages_of(school.township).index(village)


def distances(school: School) -> dict[str, Any]:
    """The body that enrollment takes."""
    villages = school.villages if school.stage == "primary" else villages_of(school.township)
    return {"distances": [{"village": village, "metres": way(school, village)} for village in villages]}


class FullSchool:
    """The school with most entrants of a year lacks places for its farthest village."""

    def __init__(self, people: People, year: int) -> None:
        entrants = [c for c in people.children if c.grade(year) == 1]
        by_school = Counter((people.school_of(c, 1).school_id, c.village) for c in entrants)
        villages: dict[Any, list[tuple[int, str]]] = {}
        for school in people.schools:
            here = [(way(school, v), v) for (school_id, v), _ in by_school.items() if school_id == school.school_id]
            villages[school.school_id] = sorted(here)
        self.school = max(people.schools, key=lambda s: (len(villages[s.school_id]) > 1, len(villages[s.school_id])))
        own = {v: n for (school_id, v), n in by_school.items() if school_id == self.school.school_id}
        self.children = sum(own.values())
        farthest = villages[self.school.school_id][-1][1] if len(own) > 1 else ""
        self.displaced = own.get(farthest, 0)

    @property
    def places(self) -> int:
        return self.children - self.displaced


def stated(school: School, year: int, full: FullSchool) -> dict[str, Any]:
    """The body that enrollment takes."""
    places = [{"grade": 1, "places": full.places}] if school.school_id == full.school.school_id else []
    body = {"year": year, "places": places, "beds": BEDS, "bus_seats": BUS_SEATS, "posts": POSTS}
    return body | {"set_on": date(year, 3, 20).isoformat()}
