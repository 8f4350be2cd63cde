"""An office's file as keys and places only: what two registers are compared by, and nothing personal beside it."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from uuid import UUID

import pyarrow as pa

from baoxue_enrollment.application.comparing import Keyed, batch_of
from baoxue_enrollment.domain.entry_age import entry_year
from baoxue_enrollment.domain.reconciliation import Input
from baoxue_enrollment.imports.cells import BadRowError, read_day
from baoxue_enrollment.imports.reading import Place
from baoxue_enrollment.imports.source import read_source
from baoxue_enrollment.imports.table import Line, open_table

AT_ONCE = 20_000  # rows in memory at once
NUMBER = re.compile(r"^\d{17}[\dX]$")


class KeyedFile:
    """Rows of one file by `lookup` of their natural key; those that tell no person are counted as bad."""

    def __init__(self, content: bytes, place: Place, lookup: Callable[[str], str]) -> None:
        """UnreadableFileError; FileTooLargeError; MissingColumnsError; UnknownSourceError; BadSourceError."""
        self.role, self.sha256 = place.kind, hashlib.sha256(content).hexdigest()
        self._table = open_table(content, read_source(place.source, place.kind, place.folder))
        self._lookup = lookup
        self._bad = 0

    def batches(self, number: int, schools: Mapping[str, UUID]) -> Iterator[pa.RecordBatch]:
        """Chunk by chunk; `number`: the file's place among the inputs; `schools` by id, name and code."""
        rows = self._rows(number, schools)
        while chunk := list(islice(rows, AT_ONCE)):
            yield batch_of(chunk)

    def told(self) -> Input:
        """After its last batch."""
        return Input(self.role, self.sha256, self._table.rows, self._bad + len(self._table.bad))

    def _rows(self, number: int, schools: Mapping[str, UUID]) -> Iterator[Keyed]:
        for lines in self._table.chunks(AT_ONCE):
            for line in lines:
                keyed = self._keyed(line, number, schools)
                if keyed is None:
                    self._bad += 1
                else:
                    yield keyed

    def _keyed(self, line: Line, file: int, schools: Mapping[str, UUID]) -> Keyed | None:
        values = line.values
        number = (values.get("id_number") or values.get("pupil_number", "").removeprefix("G")).upper()
        known = NUMBER.match(number) is not None
        name, born = values.get("name", ""), values.get("born_on", "") or (number[6:14] if known else "")
        born_on = _day(born)
        alias = self._lookup(f"person/{name}/{born_on}") if name and born_on else None
        key = self._lookup(number) if known else alias
        if key is None:
            return None
        school = schools.get(values.get("school", ""))
        there = values.get("days_present", "1") not in {"0", ""}
        entry = entry_year(born_on) if born_on else 0
        village = values.get("village") or None
        return file, line.number, key, alias, village, str(school) if school else None, entry, there


def _day(text: str) -> date | None:
    try:
        return read_day(text)[0]
    except BadRowError:
        return None
