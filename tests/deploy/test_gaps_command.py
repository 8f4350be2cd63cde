"""`baoxue gaps` and `baoxue import` know what enrollment knows, and every page of it."""

from typing import get_args

from baoxue_deploy import registers_command
from baoxue_deploy.command import main
from baoxue_enrollment.views.gap_kinds import Kind
from typer.testing import CliRunner


class TwoPages:
    """A clerk whose list has two pages; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked = []

    def ask(self, path, **query):
        self.asked.append((path, query))
        self.first = len(self.asked) == 1
        return self

    def json(self):
        row = {"child_id": "a" if self.first else "b"}
        return {"at": "2026-03-01T00:00:00+08:00", "rows": [row], "next": "v/a//" if self.first else None}


def test_every_kind_of_gap_can_be_asked():
    assert get_args(registers_command.Gap) == get_args(Kind)


def test_the_pages_are_walked_to_the_end_at_the_instant_of_the_first_one():
    clerk = TwoPages()
    rows = list(registers_command._all_gaps(clerk, {"kind": "on-no-register"}))
    assert [row["child_id"] for row in rows] == ["a", "b"]
    (_, first), (_, second) = clerk.asked
    assert "after" not in first
    assert second == first | {"after": "v/a//", "at": "2026-03-01T00:00:00+08:00"}


def test_an_attendance_roll_without_its_month_is_asked_for_it(tmp_path):
    file = tmp_path / "roll.csv"
    file.write_text("学校\n")
    for arguments in (["attendance"], ["household", "--month", "2025-09"]):
        done = CliRunner().invoke(main, ["import", arguments[0], str(file), *arguments[1:]])
        assert done.exit_code == 2
        assert "--month" in done.output
