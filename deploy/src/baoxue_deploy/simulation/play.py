"""What the parts of the simulation share: the people, the desks, the agenda, and the journal of what was done."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from baoxue_deploy.office import Body, Desk, Offices
from baoxue_deploy.simulation.agenda import Agenda
from baoxue_deploy.simulation.calendar import COUNTY
from baoxue_deploy.simulation.people import Child, People, School

COUNTY_EDUCATION = Desk("county-education")
GOVERNMENT = Desk("county-government")
CITY_EDUCATION = Desk("city-education")


@dataclass
class Play:
    """One run of the simulation. `roster`: the random ids that enrollment gave to the children."""

    seed: int
    people: People
    offices: Offices
    agenda: Agenda
    journal: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)  # figures that a service told once, in an answer
    roster: dict[str, Child] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)  # child's index → child_id
    households: dict[str, str] = field(default_factory=dict)  # household_id → household number

    def random(self, *about: object) -> Random:
        """Its own stream of chance for each matter, so that one decision never shifts another."""
        return Random("/".join(map(str, (self.seed, *about))))

    async def send(
        self, service: str, path: str, body: Body, *, of: str, desk: Desk = COUNTY_EDUCATION
    ) -> dict[str, Any]:
        """A command; `of` makes its request id, the same in every run."""
        return await self.offices.send(service, path, body, request_id=f"play/{self.seed}/{of}", desk=desk)

    async def listed(
        self,
        service: str,
        path: str,
        *,
        desk: Desk = COUNTY_EDUCATION,
        **query: Any,  # noqa: ANN401
    ) -> list[dict[str, Any]]:
        """All pages of a list."""
        rows: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = await self.offices.ask(service, path, desk=desk, **query, **after)
            rows += page["rows"]
            if page["next"] is None:
                return rows
            after = {"after": page["next"]}

    async def learn_roster(self) -> None:
        """The county office reads its own list: which random id is which child."""
        known = {(c.village, c.enters, c.name): c for c in self.people.children}
        for row in await self.listed("enrollment", "/children", limit=1000):
            child = known[row["area"], row["entry_year"], row["name"]]
            self.roster[row["child_id"]] = child
            self.ids[child.index] = row["child_id"]
            self.households[row["household_id"]] = child.household

    def in_order(self, children: list[str]) -> list[str]:
        """Child ids in an order that does not depend on the random ids."""
        return sorted(children, key=lambda child_id: self.roster[child_id].index)


def school_desk(school: School | UUID | str) -> Desk:
    return Desk("school", school=str(school.school_id if isinstance(school, School) else school))


def township_desk(code: str) -> Desk:
    return Desk("township", area=code)


__all__ = ["CITY_EDUCATION", "COUNTY", "COUNTY_EDUCATION", "GOVERNMENT", "Play", "school_desk", "township_desk"]
