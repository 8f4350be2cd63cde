"""What stands on each paper: rows of the list of notices, and opened names, to the templates' data."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from baoxue_shared.area import county_of
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.divisions import name_of
from baoxue_shared.glossary import terms
from baoxue_shared.history.store import Record

from baoxue_enrollment.papers.fonts import lacking, pieces
from baoxue_enrollment.papers.notice_text import notice_text
from baoxue_enrollment.papers.typesetting import print_paper, qr_code

ENTRIES = {
    "grade_1": "入学（小学一年级）",
    "grade_7": "升入初中（七年级）",
    "return": "复学",
    "moved_in": "转入就读",
}
BASIS = (
    "参照《中华人民共和国民事诉讼法》（2023年修正）第八十七条至第九十五条；"
    "公告送达的，自发出公告之日起经过三十日即视为送达。"
)
_DIGITS = "〇一二三四五六七八九"
_TENS = ("", "十", "二十", "三十")


class Named(NamedTuple):
    """One valid notice, with its names in clear."""

    row: Record
    child: str
    guardian: str


def issuing_body(area: str) -> str:
    """The county education bureau that issues, in words."""
    return f"{name_of(county_of(area))}教育局"


def day_in_words(day: date) -> str:
    """`二〇二六年六月十一日`."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    """1 to 31."""
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (_DIGITS[ones] if ones else "")


def _day(text: object) -> str:
    day = date.fromisoformat(str(text))
    return f"{day.year}年{day.month}月{day.day}日"


def notices(run: Iterable[Named], address: str) -> dict[str, bytes]:
    """File name to PDF; `address` of the verification page without the notice's own part."""
    return {_file(named.row): print_paper("notice", _notice(named, address)) for named in run}


def _file(row: Record) -> str:
    return f"notice-{int(row['year'] or 0)}-{int(row['serial'] or 0):06}.pdf"


def _notice(named: Named, address: str) -> dict[str, Any]:
    row, text = named.row, notice_text(str(named.row["text_version"]))
    return {
        "number": row["number"],
        "guardian": pieces(named.guardian),
        "child": pieces(named.child),
        "year": row["year"],
        "entry": ENTRIES[str(row["entry"])],
        "school": row["school"] or "",
        "report_on": _day(row["report_on"]),
        "duties": text["duties"],
        "liabilities": text["liabilities"],
        "rights": text["rights"],
        "qr": qr_code(f"{address}/{row['notice_id']!s}/{row['serial']!s}"),
        "issuer": issuing_body(str(row["area"])),
        "issued_on": day_in_words(date.fromisoformat(str(row["issued_on"]))),
    }


def _listed(named: Named) -> dict[str, Any]:
    row = named.row
    rare = lacking(named.child + named.guardian)
    return {
        "number": row["number"],
        "child": pieces(named.child),
        "guardian": pieces(named.guardian),
        "school": row["school"] or "",
        "village": name_of(str(row["area"])[:9]) + name_of(str(row["area"])),
        "report_on": row["report_on"],
        "remark": f"缺字 {'、'.join(rare)} 手写补正" if rare else str(row["served_on"] or ""),
    }


def _title(year: int, place: str) -> str:
    return f"{year}年秋季学期 {name_of(place)}"


def index_sheet(run: Sequence[Named], year: int, place: str, at: datetime) -> bytes:
    """`目录`, with how many and page numbers."""
    body, day = issuing_body(place), at.astimezone(SHANGHAI).date().isoformat()
    sheet = {"title": _title(year, place), "issuer": body, "printed_on": day, "rows": [*map(_listed, run)]}
    return print_paper("index_sheet", sheet)


def service_slips(run: Sequence[Named], year: int, place: str) -> bytes:
    """送达回证, filled in as far as the record goes."""
    methods = list(terms()["ServiceMethod"].values.values())
    batch = {
        "title": f"{_title(year, place)} 送达回证",
        "methods": methods,
        "basis": BASIS,
        "rows": [*map(_listed, run)],
    }
    return print_paper("service_slips", batch)
