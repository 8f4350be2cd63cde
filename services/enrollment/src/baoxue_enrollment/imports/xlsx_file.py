"""A spreadsheet (XLSX, XLS, ODS) of an office, row by row, by calamine; written back by xlsxwriter."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from baoxue_enrollment.imports.cells import Cell
from baoxue_enrollment.imports.unreadable import FileTooLargeError, UnreadableFileError

MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UNPACKED = 600 << 20  # bytes: a small file may hold an endless table
PIECE = 1 << 20
_FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/][^<]*(?:</f>)?\s*(?:</c>|<v\s*/>|<v></v>)')
PROTECTED = "文件有密码保护，请取消密码后重新提交 / protected by a password: remove it and send again"
BROKEN = "不是可读的电子表格 / no readable spreadsheet"


def sheet_of(content: bytes) -> CalamineSheet:
    """The first sheet that holds anything. UnreadableFileError; FileTooLargeError."""
    _check_size(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except PasswordError as error:
        raise UnreadableFileError(problem=PROTECTED) from error
    except CalamineError as error:
        raise UnreadableFileError(problem=PROTECTED if b"E\0n\0c\0r\0y\0p" in content else BROKEN) from error
    for sheet in sheets:
        if sheet.total_height:
            return sheet
    raise UnreadableFileError(problem="空文件 / the file is empty")


def _check_size(content: bytes) -> None:
    if not content.startswith(MAGIC[0]):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(problem=BROKEN) from error
    if unpacked > UNPACKED:
        raise FileTooLargeError(size=unpacked >> 20, limit=UNPACKED >> 20)


def rows_of_sheet(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """From the sheet's first row on, empty ones too: a row's number is the one that the office sees."""
    first = sheet.start[0] if sheet.start else 0
    yield from ([] for _ in range(first))
    for cells in sheet.iter_rows():
        yield [cell if isinstance(cell, str | int | float | bool | date) else str(cell) for cell in cells]


def merged_rows(sheet: CalamineSheet) -> set[int]:
    """Numbers of rows, as the office counts them, that a merged cell covers with another row."""
    ranges = sheet.merged_cell_ranges or []
    return {n + 1 for (top, _), (bottom, _) in ranges if bottom > top for n in range(top, bottom + 1)}


def formulas_without_value(content: bytes) -> dict[int, str]:
    """Row number → cell of a formula whose value no program has stored. Only XLSX; else empty."""
    if not content.startswith(MAGIC[0]):
        return {}
    found: dict[int, str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = [name for name in packed.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        for name in names[:1]:
            with packed.open(name) as xml:
                kept = b""
                while piece := xml.read(PIECE):
                    kept += piece
                    for match in _FORMULA.finditer(kept):
                        found.setdefault(int(match[2]), f"{match[1].decode()}{match[2].decode()}")
                    kept = kept[-1000:]
    return found


def write_xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet; text stays text, so that a long number is no number."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"constant_memory": True, "strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for n, cells in enumerate(rows):
            for m, cell in enumerate(cells):
                if isinstance(cell, datetime | date):
                    sheet.write_datetime(n, m, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day
                elif isinstance(cell, str):
                    sheet.write_string(n, m, cell)
                else:
                    sheet.write(n, m, cell)
    return packed.getvalue()
