"""A line of the pupil register export: of its 71 columns those that are needed."""

import re

from baoxue_enrollment.imports.cells import BadRowError
from baoxue_enrollment.imports.id_number import read_id_number
from baoxue_enrollment.imports.reading import Reading
from baoxue_enrollment.imports.table import Line
from baoxue_enrollment.register_commands import PupilRow

GRADES = {name: n for n, name in enumerate("一二三四五六七八九", 1)} | {str(n): n for n in range(1, 10)}
_MONTH = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})(?!\d)")


class PupilRegister(Reading[PupilRow]):
    """学籍 export."""

    def read(self, line: Line) -> PupilRow:
        """BadRowError."""
        values = line.values
        self.need(line, "id_number", "school")
        known = read_id_number(values["id_number"])
        grade, entered = self._grade(values.get("grade", "")), self._entered(values.get("entered", ""))
        if grade is None and entered is None:
            raise BadRowError("年级应为一年级至九年级，或填入学年月")
        return PupilRow(row=line.number, id_number=known.number, school=values["school"], grade=grade, entered=entered)

    @staticmethod
    def _grade(text: str) -> int | None:
        if not text:
            return None
        grade = GRADES.get(text.removesuffix("年级").strip())
        if grade is None:
            raise BadRowError("年级应为一年级至九年级")
        return grade

    @staticmethod
    def _entered(text: str) -> int | None:
        if not text:
            return None
        found = _MONTH.match(text)
        if found is None:
            raise BadRowError(f"入学年月 {text} 看不懂，应如 201809")
        return int(found[1])
