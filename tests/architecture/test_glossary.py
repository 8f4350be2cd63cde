"""One thing, one name: the Chinese words of the code are the glossary's, and every aggregate is in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from baoxue_enrollment.domain.enrollment_notice import ServiceMethod
from baoxue_oversight.domain.finding import Decision
from baoxue_shared.audited import Audited
from baoxue_shared.duties import State
from baoxue_shared.glossary import laws, terms
from baoxue_shared.history.shapes import event_classes

ROOT = Path(__file__).parents[2]
PARTS = ("enrollment", "cases", "aid", "oversight", "shared")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
QUOTED = re.compile(r"`[^`]*`")
ADVICE = "a Chinese word in a docstring is a term of shared/src/baoxue_shared/glossary.toml, or stands in `backticks`"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
KNOWN = sorted(
    {word for term in terms().values() for word in (term.zh, *term.also)} | set(laws().values()), key=len, reverse=True
)


def unknown_words(docstring: str) -> list[str]:
    """What is left of a docstring's Chinese when the glossary's terms and laws are struck out, longest first."""
    left = QUOTED.sub(" ", docstring)
    for word in KNOWN:
        left = left.replace(word, " ")
    return CHINESE.findall(left)


def docstrings() -> Iterator[tuple[str, str]]:
    for path in sorted([*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("shared/src/**/*.py")]) + sorted(
        ROOT.glob("deploy/src/**/*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(ROOT)} {getattr(node, 'name', 'module')}", text


def aggregates() -> set[type]:
    for part in PARTS:
        list(event_classes(f"baoxue_{part}"))
    return {kind for kind in Audited.__subclasses__() if kind.__module__.startswith("baoxue_")}


def test_a_docstring_has_no_chinese_word_that_the_glossary_lacks():
    found = {place: words for place, text in docstrings() if (words := unknown_words(text))}
    assert found == {}, ADVICE


def test_every_aggregate_is_a_term_and_its_docstring_opens_with_it():
    by_name = {name: term for term in terms().values() for name in (term.en, *term.also)}
    wrong = {
        kind.__name__: by_name[kind.__name__].zh if kind.__name__ in by_name else "not in glossary.toml"
        for kind in aggregates()
        if kind.__name__ not in by_name or not (kind.__doc__ or "").startswith(by_name[kind.__name__].zh)
    }
    assert wrong == {}, "an aggregate is a term of shared/src/baoxue_shared/glossary.toml; its docstring opens with zh"
    assert len(aggregates()) >= 15


def test_a_name_stands_once_and_every_law_is_known():
    names = [name for term in terms().values() for name in (term.en, term.zh, *term.also)]
    assert sorted(names) == sorted(set(names))
    cited = {word for term in terms().values() for word in re.findall(r"\b[A-Z]+\b", term.law)}
    assert cited <= {*laws(), "P"}


def test_what_a_thing_can_be_is_the_same_in_code_and_glossary():
    assert set(terms()["DutyState"].values) == {state.value for state in State}
    assert set(terms()["ServiceMethod"].values) == set(get_args(ServiceMethod))
    assert set(terms()["Finding"].values) == set(get_args(Decision))


def test_a_word_of_ones_own_is_found():
    assert unknown_words("个案台账: all of them.") == ["个案台账"]
    assert unknown_words("辍学个案 (义务教育法 11), written `2018年9月1日`.") == []
