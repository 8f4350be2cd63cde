"""Nothing in a README that does not work: its commands are taken, its files are there, its Python runs."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from uuid import UUID

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from typer.main import get_command

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("README*.md"), *ROOT.glob("services/*/README.md"), *ROOT.glob("shared/**/*.md")])
OURS = {entry.name: entry for entry in entry_points(group="console_scripts") if entry.name.startswith("baoxue")}
INLINE = re.compile(r"`([^`\n]+)`")
TOP = ("deploy/", "services/", "shared/", "tests/")
PLACE = re.compile(r"\bID\b|\$\([^()]*\)|编号")  # stands for an id
SUBSTITUTED = re.compile(r"\$\(([^()]*)\)")


class WrongCommandError(AssertionError):
    """A paper tells the reader to type what would not work."""


def wrong(command: str, why: object) -> WrongCommandError:
    return WrongCommandError(f"{command}: {why}")


def taken_by_our_program(words: list[str]) -> None:
    """The whole command line, read as the program reads it, without doing anything."""
    command, context, args = get_command(OURS[words[0]].load()), None, words[1:]
    while True:
        context = command.make_context(words[0], list(args), parent=context)
        if not hasattr(command, "resolve_command"):
            return
        _, command, args = command.resolve_command(context, [*context._protected_args, *context.args])


def taken_by_make(words: list[str]) -> None:
    """The target is there, and the variables are read."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for word in words[1:]:
        name, is_variable, _ = word.partition("=")
        if is_variable and f"$({name})" not in makefile and f"$(if $({name})" not in makefile:
            raise wrong(shlex.join(words), f"the Makefile reads no {name}")
    subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)


def names_files(words: list[str]) -> None:
    for word in words[1:]:
        bare = word.removeprefix("./")
        if (word.startswith("./") or bare.startswith(TOP) or bare.endswith(".lock")) and not (ROOT / bare).exists():
            raise wrong(shlex.join(words), f"there is no {bare}")


def check(line: str) -> None:
    """One command line, without its comment; what it substitutes is a command line too."""
    for inner in SUBSTITUTED.findall(line):
        check(inner)
    words = shlex.split(PLACE.sub(str(UUID(int=1)), line), comments=True)
    if not words or words[0] == "set":  # the shell's own
        return
    words[0] = words[0].removeprefix(".venv/bin/")
    try:
        if words[0] in OURS:
            taken_by_our_program(words)
        elif words[0] == "make":
            taken_by_make(words)
        elif words[0] in {"uv", "docker", "cp"}:
            names_files(words)
        else:
            raise wrong(line, "nobody checks this program; teach this test to")
    except WrongCommandError:
        raise
    except Exception as error:
        if type(error).__name__ != "Exit":  # --help
            raise wrong(line, getattr(error, "message", error)) from error


def checked(example: Example) -> None:
    for line in example.parsed.replace("\\\n", " ").splitlines():
        check(line)


def inline(document: Document) -> Iterator[Region]:
    """Commands and files that stand in running text."""
    for found in INLINE.finditer(document.text):
        text = found[1]
        if text.split(maxsplit=1)[0].removeprefix(".venv/bin/") in {*OURS, "make"}:
            yield Region(found.start(), found.end(), text, checked)
        elif text.startswith(TOP) and " " not in text:
            yield Region(found.start(), found.end(), text, there_is)


def there_is(example: Example) -> None:
    pattern = re.sub(r"<[^>]*>", "*", example.parsed)
    if not list(ROOT.glob(pattern.rstrip("/"))):
        raise wrong(example.parsed, "there is no such file")


SYBIL = Sybil(parsers=[CodeBlockParser("sh", checked), PythonCodeBlockParser(), inline], patterns=[])


def examples(path: Path) -> list[Example]:
    return list(SYBIL.parse(path).examples())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_paper_says_to_type_works_and_what_it_names_is_there(paper):
    for example in examples(paper):
        example.evaluate()


def test_both_front_doors_and_every_service_have_something_to_try():
    for paper in (ROOT / "README.md", ROOT / "README.zh-CN.md", *ROOT.glob("services/*/README.md")):
        assert [one for one in examples(paper) if "\n" in one.parsed], f"{paper}: no ```sh block"


@pytest.mark.parametrize(
    "line",
    [
        "make rnu",
        "make run CHILDERN=3",
        ".venv/bin/baoxue stauts",
        "baoxue up --detatch",
        "baoxue-audit asof nobody",
        "baoxue-audit history $(baoxue samples child)",
        "uv pip install ./services/casse",
        "frobnicate",
    ],
)
def test_a_command_that_does_not_work_is_found(line):
    with pytest.raises(WrongCommandError):
        check(line)
