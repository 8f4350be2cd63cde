"""The pupil register (学籍) as exported: the columns that are needed, others are left alone."""

from typing import NamedTuple

from baoxue_enrollment.imports.id_number import read_id_number
from baoxue_enrollment.imports.table import BadRowError, Table, check_width, read_table
from baoxue_enrollment.register_commands import PupilRow

NEEDED = ("身份证号", "学校", "年级")
GRADES = {name: n for n, name in enumerate("一二三四五六七八九", 1)} | {str(n): n for n in range(1, 10)}


class ParsedPupils(NamedTuple):
    """Good rows as they go into the command, and reasons of bad ones by row number."""

    table: Table
    rows: tuple[PupilRow, ...]
    reasons: dict[int, str]


def read_pupil_register(content: bytes) -> ParsedPupils:
    """UnreadableFileError; MissingColumnsError."""
    table = read_table(content, NEEDED)
    rows: list[PupilRow] = []
    reasons: dict[int, str] = {}
    for number, record in table.records().items():
        try:
            check_width(table.rows[number], table.heads)
            rows.append(_row(number, record))
        except BadRowError as bad:
            reasons[number] = str(bad)
    return ParsedPupils(table, tuple(rows), reasons)


def _row(number: int, record: dict[str, str]) -> PupilRow:
    grade = GRADES.get(record["年级"].removesuffix("年级").strip())
    if grade is None:
        raise BadRowError("年级应为一年级至九年级")
    if not record["学校"]:
        raise BadRowError("缺学校")
    known = read_id_number(record["身份证号"])
    return PupilRow(row=number, id_number=known.number, school=record["学校"], grade=grade)
