"""The book of notice numbers against the notices: two records that must tell the same."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import Actor
from baoxue_shared.errors import OutsideJurisdictionError
from baoxue_shared.history.mapper import Mapper
from baoxue_shared.service import World

from baoxue_enrollment.domain.identity import book_of
from baoxue_enrollment.domain.notice_book import NoticeBook
from baoxue_enrollment.views.notices import numbers_of

Borne = Mapping[int, bool]  # number: void


def _problems(book: NoticeBook, borne: Borne, times: Counter[int]) -> Iterator[str]:
    numbers = range(1, book.last + 1)
    yield from (f"{n}: 没有通知书 / no notice" for n in numbers if n not in borne)
    yield from (f"{n}: 重号 / twice" for n, count in sorted(times.items()) if count > 1)
    yield from (f"{n}: 登记簿中没有 / not in the book" for n in sorted(borne) if n not in numbers)
    void = {n for n, is_void in borne.items() if is_void}
    yield from (f"{n}: 作废记录不一致 / void in one record only" for n in sorted(void ^ book.void))


async def checked_numbers(world: World, reader: Actor, year: int, county: str) -> dict[str, Any]:
    """`last`: numbers taken; `valid`, `void`: how many; `problems`: none if all is well. OutsideJurisdictionError."""
    if not reaches(reader, county):
        raise OutsideJurisdictionError(area=county)
    rows = await numbers_of(world.store, reader, year, county)
    book = Mapper().fold(await world.store.rows_of(book_of(county, year)))
    if not isinstance(book, NoticeBook):
        return {"year": year, "county": county, "last": 0, "valid": 0, "void": [], "problems": []}
    borne = {int(row["serial"] or 0): row["ended_at"] is not None for row in rows}
    problems = list(_problems(book, borne, Counter(int(row["serial"] or 0) for row in rows)))
    void = sorted(n for n, is_void in borne.items() if is_void)
    return {
        "year": year,
        "county": county,
        "last": book.last,
        "valid": len(borne) - len(void),
        "void": void,
        "problems": problems,
    }
