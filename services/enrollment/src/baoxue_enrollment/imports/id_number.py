"""An ID number in a file: what is wrong with it is the row's reason."""

from baoxue_enrollment.domain.id_number import IdNumber, WrongIdNumberError
from baoxue_enrollment.domain.id_number import read_id_number as read
from baoxue_enrollment.imports.cells import BadRowError

__all__ = ["IdNumber", "read_id_number"]


def read_id_number(text: str) -> IdNumber:
    """BadRowError: length, characters, birth date or check digit."""
    try:
        return read(text)
    except WrongIdNumberError as wrong:
        raise BadRowError(wrong.problem) from wrong
