"""`python -m tests.mutation [MODULE …]`: the operators of the duties, broken one place at a time; survivors are named.

A copy of the package is broken, never the project. Exit 1 if a mutant survives that no reason explains.
"""

import ast
import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SOURCE = Path("shared/src")
MODULES = ("answering", "members", "cover", "question", "judging", "excusing", "term")
TESTS = (
    "test_edges.py",
    "test_operators.py",
    "test_time.py",
    "test_moved.py",
    "test_four_duties.py",
    "test_asking.py",
    "test_order.py",
    "test_every_row.py",
)
SWAPS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
AGAIN = "only whether a kept answer is used or reckoned again: the answer is the same"
SHORT = "only a shortcut: the long way gives the same"
KEPT = "only how many answers are kept: the answer is the same"
OWN = "a set counts its members itself: what one of them would count is not read"
EQUIVALENT = {  # part of the line, change → why no test can see it
    ("INSTANT = timedelta", "1 → 2"): "no instant of a day lies within two microseconds of a midnight but by hand",
    ("moment > self.at", "Gt → GtE"): AGAIN,
    ("moment > at", "Gt → GtE"): AGAIN,
    ("self.since is not None and", "IsNot → Is"): AGAIN,
    ("self.since is not None and", "LtE → Lt"): AGAIN,
    ("fact.recorded_at - fact.occurred_at < DAY", "Lt → LtE"): SHORT,
    ("if between <= workdays", "LtE → Lt"): SHORT,
    ("@lru_cache(maxsize=1 << 16)", "1 → 2"): KEPT,
    ("@lru_cache(maxsize=1 << 16)", "16 → 17"): KEPT,
    ("_MISSING = Answer(None, 0, 1)", "0 → 1"): OWN,
    ("_MISSING = Answer(None, 0, 1)", "1 → 2"): OWN,
    ("else Answer(fact.occurred_at, 1, 1, (fact,)) for fact", "1 → 2"): OWN,
    ("max(fact.occurred_at for fact in rests)", "max → min"): "both numbers of a ratio are told by one event",
    ("timedelta(days=32)", "32 → 33"): "any day of the month after it will do",
    ("if len(node.specs) > 1", "Gt → GtE"): SHORT,
    ("if len(found) > 1", "Gt → GtE"): SHORT,
    ("if found and (since is not None", "And → Or"): SHORT,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutants(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, what was changed, and the whole broken text."""
    places = sum(1 for _ in ast.walk(ast.parse(text)))
    for place in range(places):
        tree = ast.parse(text)
        node = list(ast.walk(tree))[place]
        for what in _broken(node):
            yield getattr(node, "lineno", 0), what, ast.unparse(tree)


def _broken(node: ast.AST) -> Iterator[str]:
    """Break the node in place, tell how, and mend it."""
    if isinstance(node, ast.Compare):
        for place, kept in enumerate(node.ops):
            node.ops[place] = SWAPS[type(kept)]()
            yield f"{type(kept).__name__} → {type(node.ops[place]).__name__}"
            node.ops[place] = kept
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += 1
        yield f"{node.value - 1} → {node.value}"
        node.value -= 1
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
        old, node.op = node.op, SWAPS[type(node.op)]()
        yield f"{type(old).__name__} → {type(node.op).__name__}"
        node.op = old
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
        name, node.func.id = node.func.id, NAMES[node.func.id]
        yield f"{name} → {node.func.id}"
        node.func.id = name
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
        yield "not removed"
        node.operand = node.operand.operand
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
        yield "branches swapped"
        node.body, node.orelse = node.orelse, node.body


def warm(folder: Path) -> None:
    """What the mutants share is imported once; the duties and their tests each mutant imports again."""
    sys.dont_write_bytecode = True  # two mutants of one second and one size would share their bytecode
    sys.path[:0] = [str(folder), "."]
    for name in (
        "hypothesis.strategies",
        "baoxue_shared.history.sqlite",
        "tests.conftest",
        "tests.shared.duties.county",
    ):
        import_module(name)
    for name in [name for name in sys.modules if name.startswith(("baoxue_shared.duties", "tests."))]:
        del sys.modules[name]


def survives() -> bool:
    """Whether all tests still pass on the broken copy; one that never ends is killed."""
    tested = multiprocessing.get_context("fork").Process(target=_tested)
    tested.start()
    tested.join(timeout=300)
    if tested.is_alive():
        tested.kill()
    return tested.exitcode == 0


def _tested() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    tests = [f"tests/shared/duties/{name}" for name in TESTS]
    warmed = "ignore::pytest.PytestAssertRewriteWarning"
    os._exit(pytest.main(["-q", "-x", "-n", "0", "-W", warmed, "-p", "no:cacheprovider", *tests]))


def explained(line: str, what: str) -> str | None:
    """Why no test can see the change; None where nobody said."""
    return next((why for (part, change), why in EQUIVALENT.items() if part in line and change == what), None)


def main(modules: tuple[str, ...]) -> int:
    """How many survive unexplained."""
    alive = killed = 0
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "src"
        shutil.copytree(SOURCE, folder)
        warm(folder)
        if not survives():
            sys.exit("the tests fail before anything is broken")
        for module in modules:
            path = folder / "baoxue_shared" / "duties" / f"{module}.py"
            text = path.read_text("utf-8")
            for line, what, broken in mutants(text):
                path.write_text(broken, "utf-8")
                lives = survives()
                why = explained(text.splitlines()[line - 1], what) if lives else None
                alive, killed = alive + (lives and why is None), killed + (not lives)
                if lives:
                    sys.stdout.write(f"survives: {module}.py:{line} {what}: {why or 'UNEXPLAINED'}\n")
                    sys.stdout.flush()
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{module}: {killed} killed, {alive} alive so far\n")
            sys.stdout.flush()
    return alive


if __name__ == "__main__":
    sys.exit(1 if main(tuple(sys.argv[1:]) or MODULES) else 0)
