"""A file on its way into a command: its good rows chunk by chunk, its bad ones kept with their reasons."""

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from baoxue_shared.errors import RefusalError

from baoxue_enrollment.imports.cells import BadRowError
from baoxue_enrollment.imports.source import read_source
from baoxue_enrollment.imports.table import Line, Table, open_table
from baoxue_enrollment.register_commands import Numbered

R = TypeVar("R", bound=Numbered)
AT_ONCE = 1000  # rows: recorded as one unit, so that others' commands come between


class Place(NamedTuple):
    """Where a file comes in: its mapping file, the kind of register, the county's folder, the words of refusals."""

    source: str
    kind: str
    folder: Path | None
    words: Callable[[RefusalError], str]


class Reading(ABC, Generic[R]):
    """`begun`: whether anybody has asked for the rows; `warnings`: by row number."""

    def __init__(self, content: bytes, place: Place) -> None:
        """UnreadableFileError; FileTooLargeError; MissingColumnsError; UnknownSourceError; BadSourceError."""
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.table: Table = open_table(content, read_source(place.source, place.kind, place.folder))
        self.warnings: dict[int, str] = {}
        self.townships: set[str] = set()  # that good rows of a population register name
        self._words = place.words
        self.begun = False

    def __str__(self) -> str:
        """The same for the same file: part of a repeated request's digest."""
        return self.sha256

    @abstractmethod
    def read(self, line: Line) -> R:
        """One line as a row. BadRowError."""

    def head(self, column: str) -> str:
        """As the office knows the column."""
        return self.table.source.head(column)

    def need(self, line: Line, *columns: str) -> None:
        """BadRowError naming the first that is empty."""
        for column in columns:
            if not line.values.get(column):
                raise BadRowError(f"缺{self.head(column)}")

    async def chunks(self) -> AsyncIterator[list[R]]:
        """Read in a thread; a chunk's rows can be refused until the next is asked for."""
        self.begun = True
        chunks = self._chunks()
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            yield chunk

    def _chunks(self) -> Iterator[list[R]]:
        for lines in self.table.chunks(AT_ONCE):
            yield list(self._good(lines))

    def _good(self, lines: Iterable[Line]) -> Iterator[R]:
        for line in lines:
            try:
                yield self.read(line)
            except BadRowError as bad:
                self.table.refuse(line.number, str(bad))

    def refuser(self) -> Callable[[Iterable[int], str], None]:
        """What gives rows of the chunk in hand back if the record refuses them, with the words; for later too."""
        return self.table.refuser()

    def words(self, refusal: RefusalError) -> str:
        """As the office reads it."""
        return self._words(refusal)
