"""Enrollment notices a second as PDF, on one core, beside the same page typeset without a name or a code in it."""

import asyncio
import statistics
import time
from typing import Any

from baoxue_enrollment.domain.notice_terms import TEXT_VERSION
from baoxue_enrollment.papers.print_run import Named, notices
from baoxue_enrollment.papers.typesetting import print_paper

from tests.benchmarks.measured import QUICK, Result, side_by_side
from tests.benchmarks.stores import Places

COUNT = 100 if QUICK else 500
TO_REACH = 80.0
ADDRESS = "https://jy.tongyu.gov.cn/verification"
NAMES = ("李四", "欧阳娜娜", "阿卜杜热合曼·阿卜杜拉·买提江")


def named(n: int) -> Named:
    row = {
        "notice_id": f"00000000-0000-4000-8000-{n:012d}",
        "year": 2026,
        "serial": n,
        "number": f"义入通字〔2026〕第{n:06}号",
        "text_version": TEXT_VERSION,
        "entry": "grade_1",
        "school": "通榆县开通镇中心小学校",
        "report_on": "2026-08-31",
        "issued_on": "2026-06-11",
        "area": "220822100201",
    }
    return Named(row, NAMES[n % len(NAMES)], f"监护人{n}")


def printed() -> tuple[float, list[int]]:
    """Notices a second of this core, and each one's bytes."""
    run = [named(n) for n in range(1, COUNT + 1)]
    began = time.process_time()
    files = notices(run, ADDRESS)
    return COUNT / (time.process_time() - began), [len(pdf) for pdf in files.values()]


def bare() -> tuple[float, int]:
    """Index sheets without a row a second, and the bytes of one: a page with the same fonts."""
    sheet: dict[str, Any] = {"title": "", "issuer": "", "printed_on": "2026-06-11", "rows": []}
    began = time.process_time()
    pages = [print_paper("index_sheet", {**sheet, "title": str(n)}) for n in range(COUNT)]
    return COUNT / (time.process_time() - began), len(pages[-1])


async def notice_papers(_: Places) -> list[Result]:
    """The clock is the core's own: what else runs on the machine does not count."""
    sizes: list[int] = []
    least = (await asyncio.to_thread(bare))[1]  # fonts are read once

    async def ours() -> float:
        rate, bytes_of = await asyncio.to_thread(printed)
        sizes.extend(bytes_of)
        return rate

    async def peer() -> float:
        return (await asyncio.to_thread(bare))[0]

    rate, page = await side_by_side(ours, peer, 3)
    size = statistics.mean(sizes)
    return [
        Result("notices", "pdf", "notices of one core", "1/s", rate, TO_REACH, "to reach", rate / TO_REACH, 1.0),
        Result("notices", "pdf", "notices of one core", "1/s", rate, page, "a bare page", rate / page),
        Result("notices", "pdf", "bytes a notice", "B", size, least, "a bare page", size / least),
    ]
