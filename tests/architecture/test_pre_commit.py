"""What runs before a commit is what `make check` runs, and nothing is fetched for it."""

import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HOOKS = [
    (repo["repo"], hook)
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for hook in repo["hooks"]
]


def told_by_make():
    ready = ["--assume-old=.venv/.ready", "--assume-old=requirements.lock"]
    command = ["make", "-n", "--no-print-directory", *ready, "check"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [line.strip() for line in told.stdout.splitlines() if line.strip()]


def typed(hook):
    return hook["entry"].removeprefix("sh -c '").removesuffix("'")


def test_the_hooks_are_the_lines_of_make_check():
    assert [typed(hook) for _, hook in HOOKS if hook["id"] != "ready"] == told_by_make()


def test_all_hooks_are_local_and_run_whatever_changed():
    assert {where for where, _ in HOOKS} == {"local"}
    assert all(hook["language"] == "system" and hook["pass_filenames"] is False for _, hook in HOOKS)
