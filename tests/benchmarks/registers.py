"""A made-up household register of any length: two children to a household, every field filled in."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from baoxue_enrollment.imports.xlsx_file import write_xlsx

HEADS = (
    "户号",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "户籍地代码",
    "与户主关系",
    "监护人姓名",
    "监护人电话",
    "特殊群体",
)
BIRTHDAYS = 3600


def _number(n: int) -> tuple[str, str, str]:
    """ID number with a right check digit, sex, birth date; no two alike."""
    born_on = date(2010, 1, 1) + timedelta(days=n % BIRTHDAYS)
    body = f"220822{born_on:%Y%m%d}{n // BIRTHDAYS:03d}"
    check = (1 - 2 * int(body, 13)) % 11
    return body + ("X" if check == 10 else str(check)), "男" if n // BIRTHDAYS % 2 else "女", f"{born_on}"


def rows(count: int) -> Iterator[list[str]]:
    yield [*HEADS]
    for n in range(count):
        number, sex, born_on = _number(n)
        village, phone = f"2208221002{n // 2 % 90 + 10}", f"138{n:08d}"
        yield [f"H{n // 2}", f"测试童{n}", sex, number, born_on, village, "子女", f"监护人{n}", phone, "低保"]


def as_csv(count: int) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows(count))
    return text.getvalue().encode()


def as_xlsx(count: int) -> bytes:
    return write_xlsx(list(rows(count)))
