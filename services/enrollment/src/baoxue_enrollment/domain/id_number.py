"""Citizens' ID numbers: GB 11643 by python-stdnum; an unknown area code warns, it does not reject."""

from datetime import date
from typing import NamedTuple

from baoxue_shared.errors import InvalidInputError
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

LENGTH = 18


class WrongIdNumberError(InvalidInputError):
    """An ID number has a wrong length, birth date or check digit."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem)
        self.problem = problem


class IdNumber(NamedTuple):
    number: str
    born_on: date
    sex: str  # 男, 女
    known_area: bool


def read_id_number(text: str) -> IdNumber:
    """WrongIdNumberError: length, characters, birth date or check digit."""
    number = ric.compact(text)
    if "E+" in number.upper() or "." in number:
        raise WrongIdNumberError("身份证号被表格软件改成了数字，请将该列设为文本后重新填写")
    if len(number) != LENGTH or not number[:-1].isdecimal() or not number.isascii():
        raise WrongIdNumberError("身份证号应为 18 位")
    try:
        born_on = ric.get_birth_date(number)
    except ValidationError as error:
        raise WrongIdNumberError("身份证号中的出生日期不存在") from error
    if number[-1] != ric.calc_check_digit(number):
        raise WrongIdNumberError("身份证号校验位不符，请核对")
    return IdNumber(number, born_on, "男" if int(number[-2]) % 2 else "女", _known_area(number))


def _known_area(number: str) -> bool:
    try:
        ric.get_birth_place(number)
    except (ValidationError, KeyError):
        return False
    return True
