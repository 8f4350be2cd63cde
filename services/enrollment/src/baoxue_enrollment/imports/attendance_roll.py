"""A line of a school's attendance roll of a month."""

import re
from collections.abc import Mapping

from baoxue_enrollment.imports.cells import BadRowError, read_day
from baoxue_enrollment.imports.id_number import read_id_number
from baoxue_enrollment.imports.reading import Reading
from baoxue_enrollment.imports.table import Line
from baoxue_enrollment.register_commands import AttendanceRow

LONGEST = 31  # days of a month
_PUPIL_NUMBER = re.compile(r"^G(\d{17}[\dXx])$")


class AttendanceRoll(Reading[AttendanceRow]):
    """`出勤登记表`."""

    def read(self, line: Line) -> AttendanceRow:
        """BadRowError."""
        values = line.values
        self.need(line, "school", "days_due", "days_present")
        due, present = (self._days(line, name) for name in ("days_due", "days_present"))
        excused = self._days(line, "days_excused") if values.get("days_excused") else 0
        if present + excused > due:
            raise BadRowError(f"实到 {present} 天加请假 {excused} 天，多于应到 {due} 天")
        return AttendanceRow(
            row=line.number,
            id_number=_number(values),
            name=values.get("name", ""),
            born_on=read_day(values["born_on"])[0] if values.get("born_on") else None,
            school=values["school"],
            days_due=due,
            days_present=present,
            days_excused=excused,
        )

    def _days(self, line: Line, name: str) -> int:
        text = line.values[name]
        if not text.isdecimal() or int(text) > LONGEST:
            raise BadRowError(f"{self.head(name)} {text} 应为 0 至 {LONGEST} 的整数")
        return int(text)


def _number(values: Mapping[str, str]) -> str | None:
    """The ID number, or the one that a pupil number (G and the ID number) holds; with a birth date none is needed.

    BadRowError.
    """
    if values.get("id_number"):
        return read_id_number(values["id_number"]).number
    found = _PUPIL_NUMBER.match(values.get("pupil_number", ""))
    if found:
        return read_id_number(found[1]).number
    if values.get("name") and values.get("born_on"):
        return None
    raise BadRowError("缺身份证号；没有身份证号的，请填姓名和出生日期")
