"""A synthetic county, deterministic by its seed: nobody in it is real; the files are shaped as the offices'."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from faker import Faker

TOWNSHIPS = {"220822100": "开通镇", "220822101": "瞻榆镇", "220822102": "双岗镇", "220822103": "兴隆山镇"}
YEAR = 2025
GRADES = 9
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CAUSES = ("poverty", "weary_of_school", "learning_difficulty", "left_behind", "distance")
FOUND = ("父母外出务工，与祖父母同住", "家中缺少劳力", "听不懂课，不愿上学", "离校二十里，无校车")
HOUSEHOLD_COLUMNS = ["户号", "姓名", "性别", "身份证号", "出生日期", "户籍地代码"]
HOUSEHOLD_COLUMNS += ["与户主关系", "监护人姓名", "监护人电话", "特殊群体"]


@dataclass(frozen=True)
class School:
    """九年一贯制学校 of one township."""

    school_id: UUID
    name: str
    township: str


@dataclass(frozen=True)
class Child:
    """`grade` of the school year 2024: 0 enters grade 1 in autumn 2025."""

    household: str
    name: str
    id_number: str
    born_on: date
    village: str
    guardian: str
    phone: str
    grade: int
    school: School


def id_number(random: Random, born_on: date) -> str:
    """GB 11643, with its check digit."""
    body = f"220822{born_on:%Y%m%d}{random.randint(1, 999):03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


class County:
    """Children of all ages, their households and schools."""

    def __init__(self, seed: int, children: int) -> None:
        random = Random(seed)
        people = Faker("zh_CN")
        people.seed_instance(seed)
        self.schools = [
            School(UUID(int=random.getrandbits(128), version=4), f"{name}九年一贯制学校", code)
            for code, name in TOWNSHIPS.items()
        ]
        numbers: set[str] = set()
        self.children: list[Child] = []
        while len(self.children) < children:
            grade = len(self.children) % (GRADES + 1)
            born_on = date(YEAR - 7 - grade, 9, 1) + timedelta(days=random.randint(0, 364))
            number = id_number(random, born_on)
            if number in numbers:
                continue
            numbers.add(number)
            school = random.choice(self.schools)
            village = f"{school.township}{random.randint(200, 215)}"
            who = (f"{len(self.children):06d}", people.name(), number, born_on, village, people.name())
            self.children.append(Child(*who, people.phone_number(), grade, school))

    def household_register(self) -> bytes:
        """户籍登记: CSV, with one bad row as real files have."""
        rows = [self._household_row(child) for child in self.children]
        bad = ["999999", "张三", "男", "220822201901010000", "2019-01-01", TOWNSHIP_OF_BAD_ROW, "子女", "", "", ""]
        return _csv(HOUSEHOLD_COLUMNS, [*rows, bad])

    @staticmethod
    def _household_row(c: Child) -> list[str]:
        sex = "男" if int(c.id_number[16]) % 2 else "女"
        who = [c.household, c.name, sex, c.id_number, c.born_on.isoformat()]
        return [*who, c.village, "子女", c.guardian, c.phone, ""]

    def pupil_register(self) -> bytes:
        """学籍导出: those at school in the school year 2024."""
        rows = [[c.id_number, c.school.name, str(c.grade)] for c in self.children if c.grade]
        return _csv(["身份证号", "学校", "年级"], rows)


TOWNSHIP_OF_BAD_ROW = "220822100200"


def _csv(columns: list[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
