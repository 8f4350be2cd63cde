"""How far a word reaches: whole code levels, own school."""

import pytest
from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import Actor


@pytest.mark.parametrize(
    ("role", "organisation", "jurisdiction", "expected"),
    [
        ("county-education", "220822", "220822", True),
        ("county-education", "220881", "220881", False),
        ("township", "220822100", "220822100", True),
        ("township", "220822101", "220822101", False),
        ("city-education", "2208", "2208", True),
        ("school", "s1", "220822", True),
        ("school", "s2", "220822", False),
        ("teacher", "s2", "220822", False),
    ],
)
def test_reach(role: str, organisation: str, jurisdiction: str, expected: bool) -> None:  # noqa: FBT001
    assert reaches(Actor("p", role, organisation, jurisdiction), "220822100001", "s1") is expected


def test_a_school_reaches_nothing_that_has_no_school() -> None:
    assert not reaches(Actor("p", "school", "None", "220822"), "220822100001", None)
