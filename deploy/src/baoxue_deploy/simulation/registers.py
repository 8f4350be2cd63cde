"""The offices' files, shaped as real ones: with a byte order mark, columns nobody needs, and a bad row."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from baoxue_deploy.simulation.people import COMPULSORY, Child, People, School

HOUSEHOLD_COLUMNS = ["户号", "姓名", "性别", "身份证号", "出生日期", "户籍地代码"]
HOUSEHOLD_COLUMNS += ["与户主关系", "监护人姓名", "监护人电话", "特殊群体"]
PERMIT_COLUMNS = ["居住证号", "姓名", "性别", "身份证号", "出生日期", "居住地代码"]
PERMIT_COLUMNS += ["与申领人关系", "申领人姓名", "联系电话", "特殊群体"]
MIGRANT_EVERY = 12  # one household in so many lives here by residence permit
PUPIL_COLUMNS = ["姓名", "身份证号", "学校", "年级"]
BAD = ["999999", "张三", "男", "220822201901010000", "2019-01-01", "220822100200", "子女", "", "", ""]


class Changed(NamedTuple):
    """What an export tells otherwise than the children are: by index, and whole rows."""

    missing: Collection[int] = ()
    numbers: Mapping[int, str] = {}
    strangers: Sequence[list[str]] = ()


def _household_row(child: Child) -> list[str]:
    male = int(child.id_number[16]) % 2 if child.id_number else child.index % 2
    who = [child.household, child.name, "男" if male else "女", child.id_number, child.born_on.isoformat()]
    return [*who, child.village, "子女", child.guardian, child.phone, child.groups]


def migrant(child: Child) -> bool:
    """Of a household that lives here by residence permit."""
    return int(child.household) % MIGRANT_EVERY == 0


def household_register(children: Iterable[Child]) -> bytes:
    """户籍 as a file, one bad row in it."""
    return _csv(HOUSEHOLD_COLUMNS, [*(_household_row(c) for c in children if not migrant(c)), BAD])


def residence_permits(children: Iterable[Child]) -> bytes:
    """居住证 as a file: migrant workers' children, taken in where they live."""
    rows = [_household_row(c) for c in children if migrant(c)]
    return _csv(PERMIT_COLUMNS, [[*row[:-1], row[-1] or "随迁"] for row in rows])


def pupil_register(people: People, year: int) -> bytes:
    """学籍 as a file: those at school in a school year."""
    pupils = [(child, child.grade(year)) for child in people.children if 1 <= child.grade(year) <= COMPULSORY]
    rows = [[c.name, c.id_number, people.school_of(c, grade).name, str(grade)] for c, grade in pupils]
    return _csv(PUPIL_COLUMNS, rows)


EXPORT_COLUMNS = ["姓名", "身份证件号", "出生日期", "学校名称", "年级"]
ROLL_COLUMNS = ["姓名", "身份证号", "出生日期", "学校", "应到天数", "实到天数", "请假天数"]
DAYS = 20


def pupil_export(people: People, year: int, changed: Changed) -> bytes:
    """学籍 as the province's system exports it: `changed` pupils are missing, wrong, or of another county."""
    rows = []
    for child in people.children:
        grade = child.grade(year)
        if not 1 <= grade <= COMPULSORY or child.index in changed.missing:
            continue
        school = people.school_of(child, grade)
        number = changed.numbers.get(child.index, child.id_number)
        rows.append([child.name, number, child.born_on.isoformat(), school.name, str(grade)])
    return _csv(EXPORT_COLUMNS, [*rows, *changed.strangers])


def attendance_roll(entries: Iterable[tuple[Child, School, int, int]]) -> bytes:
    """`出勤登记表`: of each pupil the days there and the days on leave."""
    rows = [
        [c.name, c.id_number, c.born_on.isoformat(), school.name, str(DAYS), str(there), str(excused)]
        for c, school, there, excused in entries
    ]
    return _csv(ROLL_COLUMNS, rows)


def poor_register(people: People, stranger: list[str]) -> bytes:
    """`脱贫户名单`: of all ages that there are, and somebody whom no household register names."""
    rows = [[c.name, c.id_number, c.village, "脱贫户"] for c in people.children if c.groups == "脱贫户" and c.id_number]
    return _csv(["姓名", "身份证号", "行政村代码", "户类型"], [*rows, stranger])


def _csv(columns: list[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
