"""Schools, households and children of the synthetic county, deterministic by its seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from baoxue_shared.divisions import name_of, townships_of, villages_of
from faker import Faker

from baoxue_deploy.simulation.calendar import COUNTY

FIRST_ENTRY, LAST_ENTRY = 2016, 2026  # grade 9 in the school year 2024 … grade 1 in 2026
PRIMARY, COMPULSORY = 6, 9
WITH_VILLAGE_SCHOOL = ("220822100", "220822101", "220822103", "220822106", "220822107", "220822202")
SIBLINGS, WITHOUT_NUMBER = 0.3, 0.02
GROUPS = ("", "", "", "", "", "留守", "脱贫户", "低保", "残疾")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class School:
    """`villages`: codes of its zone; a township's code = all of it."""

    school_id: UUID
    name: str
    township: str
    stage: str
    kind: str
    villages: tuple[str, ...]


@dataclass(frozen=True)
class Child:
    """`enters`: the year of entry to grade 1."""

    index: int
    household: str
    name: str
    id_number: str
    born_on: date
    village: str
    guardian: str
    phone: str
    groups: str
    enters: int

    def grade(self, year: int) -> int:
        """In the school year that begins in September of `year`; below 1 not yet, above 9 no longer."""
        return year - self.enters + 1


def id_number(random: Random, born_on: date) -> str:
    """GB 11643, with its check digit."""
    body = f"220822{born_on:%Y%m%d}{random.randint(1, 999):03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


class People:
    """`schools` in order of township; `children` in order of household."""

    def __init__(self, seed: int, children: int) -> None:
        self._random = Random(seed)
        self._fake = Faker("zh_CN")
        self._fake.seed_instance(seed)
        self._numbers: set[str] = set()
        self._named: set[tuple[str, int, str]] = set()
        self.schools = list(self._schools())
        self._villages = villages_of(COUNTY)
        self.children: list[Child] = []
        while len(self.children) < children:
            self.children += self._household(children - len(self.children))

    def _schools(self) -> Iterator[School]:
        for code in townships_of(COUNTY):
            name = name_of(code)
            kind = "central" if code[6] in "12" else "school"
            title = f"{name}中心校" if kind == "central" else f"{name}九年一贯制学校"
            yield School(self._uuid(), title, code, "nine_year", kind, (code,))
            if code in WITH_VILLAGE_SCHOOL:
                village, *others = villages_of(code)[:5]
                yield School(self._uuid(), f"{name_of(village)}小学", code, "primary", "village", (village, *others))

    def _uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _household(self, wanted: int) -> list[Child]:
        random = self._random
        number = f"{len(self.children) + 1:08d}"
        village, guardian, phone = random.choice(self._villages), self._fake.name(), self._fake.phone_number()
        size = 2 if wanted > 1 and random.random() < SIBLINGS else 1
        cohorts = random.sample(range(FIRST_ENTRY, LAST_ENTRY + 1), size)
        first = len(self.children)
        home = (number, village, guardian, phone, random.choice(GROUPS))
        return [self._child(first + n, enters, *home) for n, enters in enumerate(cohorts)]

    def _child(self, index: int, enters: int, *home: str) -> Child:
        number, village, guardian, phone, groups = home
        born_on = date(enters - 7, 9, 1) + timedelta(days=self._random.randint(0, 364))
        name = self._fake.name()
        while (village, enters, name) in self._named:
            name = self._fake.name()
        self._named.add((village, enters, name))
        known = self._number(born_on) if enters < LAST_ENTRY - 1 or self._random.random() > WITHOUT_NUMBER else ""
        return Child(index, number, name, known, born_on, village, guardian, phone, groups, enters)

    def _number(self, born_on: date) -> str:
        number = id_number(self._random, born_on)
        while number in self._numbers:
            number = id_number(self._random, born_on)
        self._numbers.add(number)
        return number

    def school_of(self, child: Child, grade: int) -> School:
        """By zone: the village's own primary school, else the township's school."""
        here = [s for s in self.schools if s.township == child.village[:9]]
        own = [s for s in here if s.stage == "primary" and child.village in s.villages and grade <= PRIMARY]
        return own[0] if own else next(s for s in here if s.stage == "nine_year")
