"""Words of refusals: one catalogue, Chinese first, from each distribution's `messages.toml`."""

import tomllib
from collections.abc import Mapping
from importlib import resources

from baoxue_shared.errors import RefusalError

Words = Mapping[str, str]


class Catalogue:
    """Texts by refusal class name, and those of other faults."""

    def __init__(self, *packages: str) -> None:
        self._texts: dict[str, Words] = {}
        for package in ("baoxue_shared", *packages):
            source = resources.files(package) / "messages.toml"
            if source.is_file():
                self._texts.update(tomllib.loads(source.read_text("utf-8")))

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def words(self, name: str, language: str) -> str:
        """An entry that has no places, in `zh` or `en`."""
        return self._texts[name][language]

    def text(self, refusal: RefusalError, language: str) -> str:
        """The refusal in `zh` or `en`; a class without words of its own speaks with its base's."""
        for kind in type(refusal).__mro__:
            if kind.__name__ in self._texts:
                template = self._texts[kind.__name__][language]
                return template.format_map(_Places(_in(language, refusal.words)))
        return str(refusal)


def _in(language: str, words: Mapping[str, object]) -> dict[str, object]:
    """What stands in both languages, in one."""
    return {name: word[language] if isinstance(word, Mapping) else word for name, word in words.items()}


class _Places(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"
