"""A line of a household or residence-permit register, read and checked."""

from datetime import date

from pydantic import ValidationError

from baoxue_enrollment.imports.cells import BadRowError, read_day
from baoxue_enrollment.imports.id_number import IdNumber, read_id_number
from baoxue_enrollment.imports.reading import Place, Reading
from baoxue_enrollment.imports.table import Line
from baoxue_enrollment.register_commands import HouseholdRow

EARLIEST = date(1990, 1, 1)
SEXES = {"男": "男", "女": "女", "1": "男", "2": "女", "1.男": "男", "2.女": "女"}
UNKNOWN_AREA = "身份证号的地区码不在民政部门的表中，请核对"
FROM_SERIAL = "出生日期由表格的日期序号换算，请核对"


class HouseholdRegister(Reading[HouseholdRow]):
    """户籍 or 居住证 register."""

    def __init__(self, content: bytes, place: Place, today: date) -> None:
        super().__init__(content, place)
        self._today = today
        self._seen: set[str] = set()

    def read(self, line: Line) -> HouseholdRow:
        """BadRowError."""
        values = line.values
        self.need(line, "household_number", "name", "village")
        known = read_id_number(values["id_number"]) if values.get("id_number") else None
        born_on, from_serial = self._born_on(values.get("born_on", ""), known)
        if known and known.born_on != born_on:
            raise BadRowError("出生日期与身份证号不符")
        if not EARLIEST <= born_on <= self._today:
            raise BadRowError("出生日期不合理")
        row = _row(line, (born_on, _sex(values.get("sex", ""), known), known.number if known else None))
        self._refuse_twice(row)
        self.townships.add(row.village[:9])
        if known and not known.known_area:
            self.warnings[line.number] = UNKNOWN_AREA
        elif from_serial:
            self.warnings[line.number] = FROM_SERIAL
        return row

    @staticmethod
    def _born_on(text: str, known: IdNumber | None) -> tuple[date, bool]:
        if text:
            return read_day(text)
        if known is None:
            raise BadRowError("缺身份证号和出生日期，至少填一项")
        return known.born_on, False

    def _refuse_twice(self, row: HouseholdRow) -> None:
        """In one file; the same file sent twice is another matter."""
        key = row.id_number or f"{row.village}/{row.household_number}/{row.name}/{row.born_on}"
        if key in self._seen:
            raise BadRowError("身份证号在本文件中重复" if row.id_number else "此人在本文件中重复")
        self._seen.add(key)


def _sex(text: str, known: IdNumber | None) -> str:
    sex = SEXES.get(text, known.sex if known else "")
    if not sex or (known and sex != known.sex):
        raise BadRowError("性别与身份证号不符" if known else "缺性别")
    return sex


def _row(line: Line, read: tuple[date, str, str | None]) -> HouseholdRow:
    values = line.values
    born_on, sex, id_number = read
    try:
        return HouseholdRow(
            row=line.number,
            household_number=values["household_number"],
            village=values["village"],
            name=values["name"],
            sex=sex,
            born_on=born_on,
            id_number=id_number,
            relation=values.get("relation") or None,
            guardian_name=values.get("guardian_name") or None,
            guardian_phone=values.get("guardian_phone") or None,
            groups=values.get("groups") or None,
        )
    except ValidationError as error:
        raise BadRowError("户籍地代码应为 12 位村（社区）代码") from error
