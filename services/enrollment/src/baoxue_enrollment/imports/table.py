"""An office's file as a table, read row by row; what is wrong with a row is kept with the row as it was."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from baoxue_enrollment.domain.refused_admission import refuse_exam_results
from baoxue_enrollment.imports.cells import FORMULA_ERRORS, BadRowError, Cell, text_of
from baoxue_enrollment.imports.csv_file import rows_of_csv, write_csv
from baoxue_enrollment.imports.source import MissingColumnsError, Source
from baoxue_enrollment.imports.unreadable import UnreadableFileError
from baoxue_enrollment.imports.xlsx_file import (
    MAGIC,
    formulas_without_value,
    merged_rows,
    rows_of_sheet,
    sheet_of,
    write_xlsx,
)

REASON = "错误原因"
TITLES = 10  # rows above the heads at most: a sheet's title, a remark
Form = Literal["csv", "xlsx"]


class Line(NamedTuple):
    """A row as the office's program numbers it (the heads are usually row 1), by our names of the columns."""

    number: int
    values: Mapping[str, str]


@dataclass
class Table:
    """Heads, and the lines below them; bad ones are kept as they were, with the reason."""

    form: Form
    heads: list[str]
    source: Source
    _rows: Iterator[tuple[int, list[Cell]]]
    faults: Mapping[int, str]  # of rows that only a spreadsheet can have
    bad: dict[int, tuple[list[Cell], str]] = field(default_factory=dict)
    rows: int = 0  # so far
    _now: dict[int, list[Cell]] = field(default_factory=dict)  # rows of the chunk in hand

    def lines(self) -> Iterator[Line]:
        """Every row that has its columns in place; it must be read to its end once."""
        places = self.source.places(self.heads)
        for number, cells in self._rows:
            texts = [cell.strip() if type(cell) is str else text_of(cell) for cell in cells]
            if not any(texts):
                continue
            self.rows += 1
            self._now[number] = cells
            try:
                self._check(number, texts)
            except BadRowError as bad:
                self.refuse(number, str(bad))
                continue
            yield Line(number, {column: texts[place] for column, place in places.items()})

    def _check(self, number: int, texts: list[str]) -> None:
        """BadRowError for a shifted row, merged cells, formulas without a value or with an error."""
        width = len(self.heads)
        if len(texts) != width and (len(texts) < width or any(texts[width:])):
            raise BadRowError(f"列数不符：表头 {width} 列，此行 {len(texts)} 列")
        if number in self.faults:
            raise BadRowError(self.faults[number])
        if "#" in "".join(texts):
            for text in texts:
                if text in FORMULA_ERRORS:
                    raise BadRowError(f"公式出错（{text}），请改为数值")

    def refuse(self, number: int, reason: str) -> None:
        """One of the lines of the chunk in hand cannot be taken."""
        self.bad[number] = (self._now[number], reason)

    def refuser(self) -> Callable[[Iterable[int], str], None]:
        """Refuses lines of the chunk in hand, later too."""
        held = self._now

        def refuse(numbers: Iterable[int], reason: str) -> None:
            self.bad.update({number: (held[number], reason) for number in numbers})

        return refuse

    def chunks(self, size: int) -> Iterator[list[Line]]:
        """`size` lines at a time; when the next ones are asked for, the former rows are let go."""
        rest = self.lines()
        while chunk := list(islice(rest, size)):
            yield chunk
            self._now = {}

    def written_back(self) -> bytes:
        """The bad rows as a file of the same kind, with the reason in an added last column; empty if there are none."""
        if not self.bad:
            return b""
        heads = self.heads[:-1] if self.heads[-1] == REASON else self.heads
        rows: list[list[Cell]] = [[*heads, REASON]]
        for _, (cells, reason) in sorted(self.bad.items()):
            filled = [*cells, *[""] * (len(heads) - len(cells))]
            more = filled[len(self.heads) :]  # of a shifted row
            rows.append([*filled[: len(heads)], *(cell for cell in more if text_of(cell)), reason])
        return write_csv(rows) if self.form == "csv" else write_xlsx(rows)

    def left_alone(self) -> list[str]:
        """Heads that nothing is read from."""
        used = set(self.source.places(self.heads).values())
        return [head for place, head in enumerate(self.heads) if place not in used]


def open_table(content: bytes, source: Source) -> Table:
    """UnreadableFileError; FileTooLargeError; MissingColumnsError; ExamResultError.

    A reason column added earlier is ignored.
    """
    if not content.strip():
        raise UnreadableFileError(problem="空文件 / the file is empty")
    form: Form = "xlsx" if content.startswith(MAGIC) else "csv"
    faults: dict[int, str] = {}
    if form == "xlsx":
        sheet = sheet_of(content)
        rows = rows_of_sheet(sheet)
        faults = dict.fromkeys(merged_rows(sheet), "有合并单元格，请取消合并并逐行填写")
        faults |= {n: f"{cell} 是公式，没有计算结果，请改为数值" for n, cell in formulas_without_value(content).items()}
    else:
        for _ in rows_of_csv(content):  # to its end, before anything of it is recorded
            pass
        rows = rows_of_csv(content)
    numbered = enumerate(rows, 1)
    heads = _heads(numbered, source)
    refuse_exam_results(heads)
    return Table(form, heads, source, numbered, faults)


def _heads(numbered: Iterator[tuple[int, list[Cell]]], source: Source) -> list[str]:
    """The first row that has the needed heads; rows of title may stand above it."""
    best: list[str] | None = None
    for _, cells in islice(numbered, TITLES):
        heads = [text_of(cell) for cell in cells]
        while heads and not heads[-1]:
            heads.pop()
        missing = source.missing(heads)
        if not missing:
            return heads
        if best is None or len(missing) < len(best):
            best = missing
    if best is None:
        raise UnreadableFileError(problem="空文件 / the file is empty")
    raise MissingColumnsError(columns="、".join(best), title=source.title)
