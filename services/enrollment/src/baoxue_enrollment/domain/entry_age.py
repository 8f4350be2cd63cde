"""Entry age: who enters grade 1 in which year (义务教育法 11), by the county's dated setting."""

from datetime import date
from typing import NamedTuple


class EntryAge(NamedTuple):
    """A child enters grade 1 in the year in which it is `age` years old on the day `month`-`day`."""

    from_year: int = 0  # the first school year for which this holds
    age: int = 6
    month: int = 8
    day: int = 31


SIX_BY_THE_END_OF_AUGUST = (EntryAge(),)
COMPULSORY_YEARS = 9
LAST_PRIMARY_GRADE = 6


def entry_year(born_on: date, settings: tuple[EntryAge, ...] = SIX_BY_THE_END_OF_AUGUST) -> int:
    """The school year in which a child born then is due to enter grade 1."""
    for setting in sorted(settings, reverse=True):
        late = (born_on.month, born_on.day) > (setting.month, setting.day)
        year = born_on.year + setting.age + int(late)
        if year >= setting.from_year:
            return year
    raise ValueError("no setting of the entry age holds for that birth date")
