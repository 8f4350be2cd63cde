"""The household register (户籍) as the offices' files have it."""

import re
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from baoxue_enrollment.imports.id_number import read_id_number
from baoxue_enrollment.imports.table import BadRowError, Table, check_width, read_table
from baoxue_enrollment.register_commands import HouseholdRow

NEEDED = ("户号", "姓名", "户籍地代码")
_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")
SEXES = {"男": "男", "女": "女", "1": "男", "2": "女", "1.男": "男", "2.女": "女"}
UNKNOWN_AREA = "身份证号的地区码不在民政部门的表中，请核对"


class Parsed(NamedTuple):
    """Good rows as they go into the command, reasons of bad ones and warnings by row number."""

    table: Table
    rows: tuple[HouseholdRow, ...]
    reasons: dict[int, str]
    warnings: dict[int, str]


def read_day(text: str) -> date:
    """`2018-9-1`, `2018/9/1`, `20180901`, `2018年9月1日`. BadRowError."""
    found = _DAY.match(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise BadRowError(f"日期 {text} 看不懂，应如 2018-09-01")


def read_household_register(content: bytes, today: date) -> Parsed:
    """UnreadableFileError; MissingColumnsError. A bad row never stops the others."""
    table = read_table(content, NEEDED)
    rows: list[HouseholdRow] = []
    reasons: dict[int, str] = {}
    warnings: dict[int, str] = {}
    seen: set[str] = set()
    for number, record in table.records().items():
        try:
            check_width(table.rows[number], table.heads)
            row, warning = _row(number, record, today)
            if row.id_number and row.id_number in seen:
                raise BadRowError("身份证号在本文件中重复")
        except BadRowError as bad:
            reasons[number] = str(bad)
            continue
        seen.add(row.id_number or "")
        rows.append(row)
        if warning:
            warnings[number] = warning
    return Parsed(table, tuple(rows), reasons, warnings)


def _row(number: int, record: dict[str, str], today: date) -> tuple[HouseholdRow, str]:
    for head in NEEDED:
        if not record.get(head):
            raise BadRowError(f"缺{head}")
    known = read_id_number(record["身份证号"]) if record.get("身份证号") else None
    if known is None and not record.get("出生日期"):
        raise BadRowError("缺身份证号和出生日期，至少填一项")
    born_on = read_day(record["出生日期"]) if record.get("出生日期") else known.born_on if known else today
    if known and known.born_on != born_on:
        raise BadRowError("出生日期与身份证号不符")
    if not date(1990, 1, 1) <= born_on <= today:
        raise BadRowError("出生日期不合理")
    sex = SEXES.get(record.get("性别", ""), known.sex if known else "")
    if not sex or (known and sex != known.sex):
        raise BadRowError("性别与身份证号不符" if known else "缺性别")
    id_number = known.number if known else None
    return _command(
        number, record, (born_on, sex, id_number)
    ), "" if known is None or known.known_area else UNKNOWN_AREA


def _command(number: int, record: dict[str, str], read: tuple[date, str, str | None]) -> HouseholdRow:
    born_on, sex, id_number = read
    try:
        return HouseholdRow(
            row=number,
            household_number=record["户号"],
            village=record["户籍地代码"],
            name=record["姓名"],
            sex=sex,
            born_on=born_on,
            id_number=id_number,
            relation=record.get("与户主关系") or None,
            guardian_name=record.get("监护人姓名") or None,
            guardian_phone=record.get("监护人电话") or None,
            groups=record.get("特殊群体") or None,
        )
    except ValidationError as error:
        raise BadRowError("户籍地代码应为 12 位村（社区）代码") from error
