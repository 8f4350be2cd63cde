"""A cell of an office's file as text: what a spreadsheet made a number or a date comes back as what was meant."""

import re
from datetime import date, datetime, timedelta

Cell = str | int | float | bool | date | None
EXACT = 10**15  # beyond it a spreadsheet's number has lost digits
_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?$")
_SERIAL = re.compile(r"^\d{5}(?:\.0+)?$")
_ZERO = date(1899, 12, 30)  # of a spreadsheet's day numbers
FORMULA_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


class BadRowError(Exception):
    """One row cannot be taken; the text says why, for the office."""


def text_of(cell: Cell) -> str:
    """Stripped; whole numbers without a point; numbers too big to be exact keep their exponent."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def read_day(text: str) -> tuple[date, bool]:
    """2018-9-1, 2018/9/1, 20180901, `2018年9月1日`; a spreadsheet's day number too, then the second value is True.

    BadRowError.
    """
    if _SERIAL.match(text):
        return _ZERO + timedelta(days=int(float(text))), True
    found = _DAY.match(text)
    try:
        if found:
            return date(*map(int, found.groups())), False
    except ValueError:
        pass
    raise BadRowError(f"日期 {text} 看不懂，应如 2018-09-01")
