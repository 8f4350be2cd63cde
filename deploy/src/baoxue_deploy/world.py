"""A synthetic county, deterministic by its seed: nobody in it is real."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

TOWNSHIPS = ("220822100", "220822101", "220822102", "220822103")
SEMESTER = date(2025, 9, 1)
CAUSES = ("poverty", "weary_of_school", "learning_difficulty", "left_behind", "distance")
FOUND = ("父母外出务工，与祖父母同住", "家中缺少劳力", "听不懂课，不愿上学", "离校二十里，无校车")
RETURNING = 0.8


@dataclass(frozen=True)
class Truant:
    """A child that did not come on the first day, and how it will go."""

    child_id: UUID
    school_id: UUID
    village: str
    opened_on: date
    cause: str
    found: str
    refusals: int  # persuasions that fail before one succeeds
    returns: bool


def truants(seed: int, children: int) -> list[Truant]:
    """About one child in twenty of `children`."""
    random = Random(seed)
    schools = [UUID(int=random.getrandbits(128), version=4) for _ in TOWNSHIPS]
    made = []
    for _ in range(max(4, children // 20)):
        place = random.randrange(len(TOWNSHIPS))
        made.append(
            Truant(
                child_id=UUID(int=random.getrandbits(128), version=4),
                school_id=schools[place],
                village=f"{TOWNSHIPS[place]}{random.randint(1, 20):03d}",
                opened_on=SEMESTER + timedelta(days=random.randint(1, 10)),
                cause=random.choice(CAUSES),
                found=random.choice(FOUND),
                refusals=random.randint(0, 2),
                returns=random.random() < RETURNING,
            )
        )
    return made
