"""The documentation of the duties is generated from the catalogue, and up to date."""

from pathlib import Path

import pytest
from baoxue_shared.duties import load_catalogue
from baoxue_shared.duties.pages import explained, page, pages
from baoxue_shared.duties.specs import all_specs
from baoxue_shared.duties.words import words

CATALOGUE = load_catalogue()
FOLDER = Path("shared/duties")


def test_the_pages_are_those_of_the_catalogue():
    made = pages(CATALOGUE)
    there = {str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in FOLDER.rglob("*.md")}
    assert there == dict(made), "make them anew: .venv/bin/baoxue duties pages shared/duties"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_says_rule_setting_and_clause_in_words(lang):
    duty = next(duty for duty in CATALOGUE if duty.id == "D-1.3-written-report")
    said = page(duty, lang)
    expected = {
        "zh": ("通知一（三）", "书面报告已送达（to = county_education）", "3 个工作日内", "`report.days` = 3"),
        "en": ("Notice § 1.3", "written report delivered (to = county_education)", "within 3 workdays", "report.days"),
    }
    assert all(words in said for words in (duty.text, *expected[lang]))


def test_every_event_setting_and_body_has_its_words():
    everything = load_catalogue(planned_too=True)
    kinds = {spec.kind for duty in everything for variant in duty.variants for spec in all_specs(variant)}
    assert kinds <= set(words()["events"])
    assert {name for duty in everything for name in duty.settings} == set(words()["settings"])
    assert all(row["since"].year == 2018 for row in words()["settings"].values())
    assert {variant.body for duty in everything for variant in duty.variants} <= set(words()["bodies"])


def test_the_table_has_all_eighty_rows():
    assert all(pages(CATALOGUE)[f"{lang}/README.md"].count("| [D-") == 80 for lang in ("zh", "en"))


def test_an_answer_carries_the_rule_in_both_languages():
    said = explained(next(duty for duty in CATALOGUE if duty.id == "D-3.1-bulletins"))
    assert len(said["rule"]["zh"]) == len(said["rule"]["en"]) == 4
    assert said["settings"] == {"bulletin.days": 10}
