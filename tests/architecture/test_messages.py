"""Every refusal speaks Chinese and English in words of its own."""

import pkgutil
import string
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest
from baoxue_shared.errors import RefusalError
from baoxue_shared.messages import Catalogue

SERVICES = tuple(f"baoxue_{name}" for name in ("enrollment", "cases", "aid", "oversight"))


def modules(package: str) -> Iterator[str]:
    yield package
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        yield module.name


def refusals(package: str) -> set[type[RefusalError]]:
    """All refusal classes that a distribution defines."""

    def below(kind: type[RefusalError]) -> Iterator[type[RefusalError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    for name in modules(package):
        import_module(name)
    return {kind for kind in below(RefusalError) if kind.__module__.split(".")[0] == package}


@pytest.mark.parametrize("package", ["baoxue_shared", *(p for p in SERVICES if find_spec(f"{p}.main"))])
def test_every_refusal_has_words(package: str) -> None:
    catalogue = Catalogue(package)
    assert {kind.__name__ for kind in refusals(package) if kind.__name__ not in catalogue} == set()


@pytest.mark.parametrize("package", ["baoxue_shared", *(p for p in SERVICES if find_spec(f"{p}.main"))])
def test_both_languages_have_the_same_places(package: str) -> None:
    for name, words in Catalogue(package)._texts.items():
        assert set(words) == {"zh", "en"}, name
        zh, en = (
            {place for _, place, _, _ in string.Formatter().parse(words[language]) if place} for language in words
        )
        assert zh == en, name


def test_words_fill_their_places() -> None:
    class UnnamedError(RefusalError):
        """It has no entry, so its base speaks."""

    catalogue = Catalogue()
    assert catalogue.text(UnnamedError(), "en").startswith("This was refused")
