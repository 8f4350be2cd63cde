"""A line of a village's survey sheet: which household was reached, when and how."""

from baoxue_enrollment.imports.cells import BadRowError, read_day
from baoxue_enrollment.imports.reading import Reading
from baoxue_enrollment.imports.table import Line
from baoxue_enrollment.register_commands import SurveyRow

SURVEYED = frozenset({"入户", "已入户", "入户排查"})
CONFIRMED = frozenset({"村委确认", "村确认", "村（居）委会确认"})


class SurveySheet(Reading[SurveyRow]):
    """入户排查 of a village."""

    def read(self, line: Line) -> SurveyRow:
        """BadRowError."""
        values = line.values
        self.need(line, "household_number", "village", "done_on", "how")
        if values["how"] not in SURVEYED | CONFIRMED:
            raise BadRowError(f"{self.head('how')}应为“入户”或“村委确认”")
        attempts = values.get("attempts") or "1"
        if not attempts.isdecimal() or not 1 <= int(attempts) <= 99:  # noqa: PLR2004 - as in the command
            raise BadRowError(f"{self.head('attempts')}应为 1 至 99")
        return SurveyRow(
            row=line.number,
            household_number=values["household_number"],
            village=values["village"],
            done_on=read_day(values["done_on"])[0],
            confirmed=values["how"] in CONFIRMED,
            attempts=int(attempts),
        )
