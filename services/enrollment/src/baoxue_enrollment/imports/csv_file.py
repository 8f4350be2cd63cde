"""A CSV file of an office, row by row: encoding and separator found out."""

import csv
import io
from collections.abc import Iterator, Sequence

from baoxue_enrollment.imports.cells import Cell
from baoxue_enrollment.imports.unreadable import UnreadableFileError

ENCODINGS = ("utf-8-sig", "gb18030")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 1 << 20  # bytes by which the encoding is found


def encoding_of(content: bytes) -> str:
    """UnreadableFileError."""
    if content.startswith(UTF_16):
        return "utf-16"
    for encoding in ENCODINGS:
        try:
            _decode_all(content, encoding)
        except UnicodeDecodeError:
            continue
        if b"\0" not in content[:LOOKED_AT]:
            return encoding
    raise UnreadableFileError(problem="既不是 UTF-8 也不是 GB18030 的文本表格 / neither UTF-8 nor GB18030 text")


def _decode_all(content: bytes, encoding: str) -> None:
    """Piece by piece: the whole text never stands in memory beside the bytes."""
    with io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="") as text:
        while text.read(LOOKED_AT):
            pass


def rows_of_csv(content: bytes) -> Iterator[list[Cell]]:
    """UnreadableFileError."""
    with io.TextIOWrapper(io.BytesIO(content), encoding=encoding_of(content), newline="") as text:
        first = text.readline()
        text.seek(0)
        separator = "\t" if first.count("\t") > first.count(",") else ","
        try:
            for line in csv.reader(text, delimiter=separator):
                yield [*line]
        except csv.Error as error:
            raise UnreadableFileError(problem=str(error)) from error


def write_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet opens it as Chinese."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
