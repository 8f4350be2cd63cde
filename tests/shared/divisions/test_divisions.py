"""Real names and codes of Tongyu county."""

from baoxue_shared.area import level, within
from baoxue_shared.divisions import divisions, name_of, townships_of, villages_of


def test_every_code_has_a_level_and_lies_in_baicheng() -> None:
    assert all(level(code) and within("2208", code) for code in divisions())


def test_every_township_of_tongyu_has_villages() -> None:
    townships = townships_of("220822")
    assert len(townships) == 22
    assert name_of("220822100") == "开通镇"
    assert all(villages_of(township) for township in townships)
    assert sum(len(villages_of(township)) for township in townships) == len(villages_of("220822")) == 205


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert name_of("110101001") == "110101001"
