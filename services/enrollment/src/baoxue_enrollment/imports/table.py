"""A CSV file of an office: encoding found out, columns by their Chinese heads, bad rows given back with the reason."""

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple

from baoxue_shared.errors import InvalidInputError

ENCODINGS = ("utf-8-sig", "gb18030")
REASON = "错误原因"


class UnreadableFileError(InvalidInputError):
    """A file is neither UTF-8 nor GB18030 text, or no table."""


class MissingColumnsError(InvalidInputError):
    """A file lacks columns that this import needs."""


class BadRowError(Exception):
    """One row cannot be taken; the text says why, for the office."""


class Table(NamedTuple):
    """Heads and rows; row numbers count as the office's program shows them: the first row below the heads is 2."""

    heads: list[str]
    rows: dict[int, list[str]]

    def records(self) -> dict[int, dict[str, str]]:
        return {n: dict(zip(self.heads, (c.strip() for c in cells), strict=False)) for n, cells in self.rows.items()}

    def with_reasons(self, reasons: Mapping[int, str]) -> str:
        """The bad rows as CSV text, unchanged but for the reason in an added last column; "" if there are none."""
        if not reasons:
            return ""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([*self.heads, REASON])
        for number in sorted(reasons):
            cells = self.rows[number]
            writer.writerow([*cells, *[""] * (len(self.heads) - len(cells)), reasons[number]])
        return out.getvalue()


def read_table(content: bytes, needed: tuple[str, ...]) -> Table:
    """UnreadableFileError; MissingColumnsError. A row of blanks is skipped; an added reason column is ignored."""
    lines = list(csv.reader(io.StringIO(_text(content), newline="")))
    if not lines:
        raise UnreadableFileError(problem="空文件 / the file is empty")
    heads = [head.strip() for head in lines[0]]
    missing = [head for head in needed if head not in heads]
    if missing:
        raise MissingColumnsError(columns="、".join(missing))
    rows = {n: line for n, line in enumerate(lines[1:], 2) if any(cell.strip() for cell in line)}
    return Table(heads, rows)


def _text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError(problem="既不是 UTF-8 也不是 GB18030 的文本表格 / neither UTF-8 nor GB18030 text")


def check_width(cells: list[str], heads: list[str]) -> None:
    """BadRowError for a shifted row."""
    extra = [cell for cell in cells[len(heads) :] if cell.strip()]
    if extra or len(cells) < len(heads):
        raise BadRowError(f"列数不符：表头 {len(heads)} 列，此行 {len(cells)} 列")
